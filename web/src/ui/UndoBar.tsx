import { Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { useSecond } from "../app/hooks";
import { useFormats, useT } from "../i18n/hooks";
import { Button } from "./Button";

interface Props {
  readonly children: ReactNode;
  /** Server ms until which it can be undone, usually ten seconds after the act. */
  readonly until: number;
  readonly onUndo: () => void;
  /** Time is over. */
  readonly onOver: () => void;
  readonly keyHint?: string;
  readonly size?: "console" | "hand";
}

/** The act is done; this sends the compensating one. */
export function UndoBar({ children, until, onUndo, onOver, keyHint, size = "console" }: Props) {
  const t = useT();
  const { num } = useFormats();
  const now = useSecond();
  // `now` is the second that has begun: what is said is never more than there is.
  const left = Math.max(1, Math.floor((until - now) / 1000));
  const over = now >= until;
  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);
  return (
    <div className="undo-bar" role="status">
      <span>{children}</span>
      <Button
        size={size}
        keyHint={keyHint}
        icon={<Undo2 size={16} className="mirror" aria-hidden="true" />}
        onClick={onUndo}
      >
        <span aria-hidden="true" className="num">
          {t("do.undoIn", { n: num(left) })}
        </span>
        <span className="visually-hidden">{t("do.undo")}</span>
      </Button>
    </div>
  );
}
