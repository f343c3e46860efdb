import { useEffect, useRef, useState } from "react";
import { useApp, useVersion } from "../../../app/hooks";
import { isOpen } from "../../../core/selectors";
import { latinDigits } from "../../../core/text";
import type { Incident } from "../../../core/views";
import { distanceText, useT } from "../../../i18n/hooks";
import { Button, Combo, PriorityGlyph, reasonText, useKeys } from "../../../ui";
import { useConsole, useMay, useWords } from "../context";
import { whyNotChange } from "../rules";
import { useDesk } from "../store";
import { othersOf, whyNotJoin } from "./logic";
import { messages } from "./messages";

/** Where a joined incident went; what was joined to this one, and the way to part it again. */
export function JoinedLine({ incident }: { readonly incident: Incident }) {
  const { acts } = useConsole();
  const t = useT(messages);
  const may = useMay();
  const into = incident.joined_into;
  return (
    <>
      {into && (
        <p className="hold" role="status">
          <b>{t("join.into", { n: into.number })}</b>
          <span className="act-line">
            <Button onClick={() => useDesk.getState().select(into.id)}>{t("join.show", { n: into.number })}</Button>
            <Button disabledReason={may("close")} onClick={() => void acts.incidents.unjoin(incident, into.id)}>
              {t("join.undo")}
            </Button>
          </span>
        </p>
      )}
      {(incident.joined ?? []).map((each) => (
        <p key={each.id} className="act-line">
          <span>{t("join.of", { n: each.number })}</span>
          <Button onClick={() => useDesk.getState().select(each.id)}>{t("join.show", { n: each.number })}</Button>
          <Button disabledReason={may("close")} onClick={() => void acts.incidents.unjoin(each, incident.id)}>
            {t("join.undo")}
          </Button>
        </p>
      ))}
    </>
  );
}

/** Take another incident into this one: it was the same event. */
export function JoinOther({ incident }: { readonly incident: Incident }) {
  const { t: common } = useWords();
  const t = useT(messages);
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const why = whyNotChange(incident);
  const whyNot = may("close") ?? (why && reasonText(common as never, why as never));
  useKeys([{ code: "KeyU", run: () => !whyNot && !incident.draft && setAsking(true) }]);
  if (!isOpen(incident) || incident.draft) return null;
  if (asking) return <Choose incident={incident} onDone={() => setAsking(false)} />;
  return (
    <Button keyHint="U" disabledReason={whyNot} onClick={() => setAsking(true)}>
      {t("join.do")}
    </Button>
  );
}

function Choose({ incident, onDone }: { readonly incident: Incident; readonly onDone: () => void }) {
  const { world } = useApp();
  const { acts } = useConsole();
  const words = useWords();
  const t = useT(messages);
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useVersion(world.incident);
  const others = othersOf(world.incident.values(), incident, latinDigits(text.trim()));
  const take = (id: string) => {
    const other = world.incident.get(id);
    const why = whyNotJoin(other, incident);
    if (why) useDesk.getState().say(why, true);
    else if (other) void acts.incidents.join(other, incident).then((done) => done && onDone());
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves the whole of it.
    <div
      className="join-choose"
      onKeyDown={(event) => {
        if (event.code !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onDone();
      }}
    >
      <Combo
        label={t("join.choose")}
        inputRef={input}
        text={text}
        onText={setText}
        onPick={take}
        options={others.map(({ incident: each, apartM }) => ({
          id: each.id,
          label: (
            <>
              <PriorityGlyph priority={each.priority} /> {words.t("incident.numbered", { n: each.number })} —{" "}
              {words.kind(each.kind)} <bdi>{each.place}</bdi>
            </>
          ),
          hint: apartM === null ? undefined : distanceText(words.t as never, apartM),
        }))}
        below={<span className="muted">{others.length === 0 ? t("join.none") : t("join.hint")}</span>}
      />
      <Button look="quiet" keyHint="Esc" onClick={onDone}>
        {words.t("do.cancel")}
      </Button>
    </div>
  );
}
