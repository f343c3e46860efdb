import type { Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import type { Block } from "./cameWith";
import { blocksOf, isLoud } from "./cameWith";
import type { CallerKey } from "./messages";
import { messages } from "./messages";

/** What came with the call that has no field of its own. Folded, unless nothing else tells what came. */
export function CameWith({ call }: { readonly call: Call }) {
  const t = useT(messages);
  const blocks = blocksOf(call);
  if (blocks.length === 0) return null;
  return (
    <details className="caller-with" open={isLoud(call) || undefined}>
      <summary>{t("with.title", { n: blocks.length })}</summary>
      <dl>
        {blocks.map((block, n) => (
          // Nothing is ever taken out or put between; two of the same kind may say the same.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Told key={n} block={block} />
        ))}
      </dl>
    </details>
  );
}

function Told({ block }: { readonly block: Block }) {
  const t = useT(messages);
  const { date, timeSeconds } = useFormats();
  const name = t.maybe(`with.${block.key}` as CallerKey);
  const shown = (text: string) => {
    if (block.kind === "received") return `${date(msOf(text as Time))} ${timeSeconds(msOf(text as Time))}`;
    return block.kind === "note" ? (t.maybe(`with.note.${text}` as CallerKey) ?? text) : text;
  };
  return (
    <div>
      <dt>{name ?? <bdi dir="ltr">{block.kind}</bdi>}</dt>
      {block.lines.map((line) => (
        <dd key={`${line.name}:${line.text}`}>
          {line.name && (
            <>
              <bdi dir="ltr" className="muted">
                {line.name}
              </bdi>{" "}
            </>
          )}
          <bdi>{shown(line.text)}</bdi>
        </dd>
      ))}
    </div>
  );
}
