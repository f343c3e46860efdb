import { useState } from "react";
import { asProblem } from "../../api/problem";
import { useApp, useDerived, useLink, useReference } from "../../app/hooks";
import { useWho } from "../../app/who";
import type { LonLat } from "../../core/units";
import { msOf } from "../../core/units";
import type { PublicWarning } from "../../core/views";
import { problemText, useFormats, useT } from "../../i18n/hooks";
import type { MapShapes } from "../../map";
import { Button } from "../../ui";
import { messages } from "./messages";
import { outlinesOf } from "./outlines";
import { Reading } from "./Reading";

interface Props {
  readonly looked: string | null;
  readonly onLook: (warning: PublicWarning | null) => void;
}

/** Warnings that somebody wrote and nobody has read yet: read here to the last word, and published by whoever may. */
export function WarningDrafts({ looked, onLook }: Props) {
  const { world } = useApp();
  const { session } = useReference();
  const t = useT(messages);
  const drafts = useDerived(
    world.warning,
    (all) => [...all].filter((each) => each.state === "draft").sort((a, b) => (a.drafted_at < b.drafted_at ? -1 : 1)),
    [],
    (a, b) => a.length === b.length && a.every((each, n) => each === b[n]),
  );
  if (drafts.length === 0 || !session.acts.has("publish_warning")) return null;
  return (
    <section className="panel board-warnings drafts" aria-label={t("warnings.waiting")}>
      <h2>{t("warnings.waiting")}</h2>
      <ul>
        {drafts.map((each) => (
          <Draft key={each.id} warning={each} looked={looked === each.id} onLook={onLook} />
        ))}
      </ul>
    </section>
  );
}

interface DraftProps {
  readonly warning: PublicWarning;
  readonly looked: boolean;
  readonly onLook: (warning: PublicWarning | null) => void;
}

function Draft({ warning, looked, onLook }: DraftProps) {
  const { api } = useApp();
  const { session } = useReference();
  const link = useLink();
  const who = useWho();
  const t = useT(messages);
  const { date, time } = useFormats();
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const ends = msOf(warning.expires_at) ?? 0;
  const why = warning.authors.includes(session.person)
    ? t("why.warningOwn")
    : link.state === "lost" || link.state === "signed_out"
      ? t("why.warningNotLive")
      : null;
  const publish = () => {
    if (why || sending) return;
    setSending(true);
    setRefused(null);
    const path = `/v1/warnings/${encodeURIComponent(warning.id)}/publish`;
    const act = { action: "warning", subjects: [warning.id] };
    // What was read is what goes out: a draft that was rewritten meanwhile has another version.
    api.command(path, { version: warning.version }, act).then(
      () => onLook(null),
      (error: unknown) => {
        setSending(false);
        setRefused(problemText(t as never, asProblem(error)));
      },
    );
  };
  return (
    <li>
      <p>
        <b>{t(`warnings.kind.${warning.kind}`)}</b>{" "}
        {warning.status !== "Actual" && <b className="board-warning-mark">{t(`warnings.status.${warning.status}`)}</b>}{" "}
        <span className="muted">
          {t("warnings.until", { time: `${date(ends)} ${time(ends)}` })} ·{" "}
          {t("warnings.by", { who: warning.authors.map(who).join(t("list.and")) })}
        </span>
      </p>
      <Reading warning={warning} />
      <div className="act-line">
        <Button look="quiet" aria-pressed={looked} onClick={() => onLook(looked ? null : warning)}>
          {t("warnings.show")}
        </Button>
        <Button look="primary" pending={sending} disabledReason={why} reasonBelow onClick={publish}>
          {t("warnings.publish")}
        </Button>
      </div>
      {refused && <p role="alert">{refused}</p>}
    </li>
  );
}

/** The area of the draft that is looked at, as the map takes it. */
export function draftShapes(warning: PublicWarning | undefined, label: string): MapShapes | null {
  if (!warning) return null;
  return {
    areas: [{ area: outlinesOf(warning), colour: "accent", fill: 0.15, dashed: true, label }],
    lines: [],
    points: [],
  };
}

/** The middle of a warning's first area, to fly to. */
export function middleOf({ circles, polygons }: PublicWarning): LonLat | null {
  const ring = polygons[0];
  if (!ring || ring.length === 0) return circles[0]?.centre ?? null;
  const [lon, lat] = ring.reduce(([x, y], [east, north]) => [x + east, y + north] as const, [0, 0] as const);
  return [lon / ring.length, lat / ring.length];
}
