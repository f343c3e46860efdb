import type { ReactNode } from "react";
import { useT } from "../../i18n/hooks";
import { messages } from "./messages";

type Key = Parameters<ReturnType<typeof useT<keyof (typeof messages)["fa"]>>>[0];
export type PieceName = Extract<Key, `piece.${string}`> extends `piece.${infer Name}` ? Name : never;
export type StateName = Extract<Key, `state.${string}`> extends `state.${infer Name}` ? Name : never;

export function Piece({ name, children }: { readonly name: PieceName; readonly children: ReactNode }) {
  const t = useT(messages);
  return (
    <section className="piece" data-piece={name} aria-label={t(`piece.${name}`)}>
      <h2>{t(`piece.${name}`)}</h2>
      <div className="piece-states">{children}</div>
    </section>
  );
}

interface StateProps {
  readonly name: StateName;
  /** What the test that takes the pictures does to the first control in it. */
  readonly act?: "hover" | "focus" | "press" | "arrow";
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function State({ name, act, wide, children }: StateProps) {
  const t = useT(messages);
  return (
    <figure className="piece-state" data-state-name={name} data-act={act} data-wide={wide || undefined}>
      <div className="piece-box">{children}</div>
      <figcaption>{t(`state.${name}`)}</figcaption>
    </figure>
  );
}
