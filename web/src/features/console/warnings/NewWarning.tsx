import { useEffect, useRef } from "react";
import { useApp, useItem, useLoad, useReference } from "../../../app/hooks";
import type { WarningArea } from "../../../core/views";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Choice, ErrorState, Field, Segmented, TextArea } from "../../../ui";
import { useConsole } from "../context";
import { useDesk } from "../store";
import type { Draft, Where, Words } from "./draft";
import {
  areaBody,
  CATEGORIES,
  CERTAINTIES,
  LASTS_H,
  missing,
  RADII_M,
  RESPONSES,
  SEVERITIES,
  STATUSES,
  URGENCIES,
  warningBody,
} from "./draft";
import { messages } from "./messages";
import { useWarnings } from "./store";

const WHY = { area: "why.warningArea", fa: "why.warningFa", en: "why.warningEn" } as const;
const LINE_MAX = 160;
const TEXT_MAX = 2_000;

/** A warning being written: where, for how long, how bad, and the words. */
export function NewWarning({ mayNot }: { readonly mayNot: string | null }) {
  const { api, clock } = useApp();
  const { acts } = useConsole();
  const t = useT(messages);
  const { draft, change, show, clear } = useWarnings();
  const form = useRef<HTMLFormElement>(null);
  // The button that opened it is gone: whoever works by keys goes on here.
  useEffect(() => form.current?.focus(), []);
  const area = areaBody(draft);
  const { value, problem } = useLoad<WarningArea | null>(
    (signal) => (area ? api.post<WarningArea>("/v1/warnings/area", area, signal) : Promise.resolve(null)),
    [JSON.stringify(area)],
  );
  const shown = area && !problem ? value : null;
  useEffect(() => {
    show(shown);
    return () => show(null);
  }, [shown, show]);
  const lacks = missing(draft);
  const why = mayNot ?? (lacks ? t(WHY[lacks]) : null);
  const send = () => {
    const body = warningBody(draft, clock.now());
    if (!body || why) return;
    const path = draft.revises ? `/v1/warnings/${encodeURIComponent(draft.revises.id)}/revise` : "/v1/warnings";
    void acts.places.warning(path, body, "said.warningDrafted").then((done) => {
      if (done) clear();
    });
  };
  return (
    <form
      ref={form}
      tabIndex={-1}
      className="roads-new"
      aria-label={t("warnings.new")}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <h3>
        {draft.revises ? t("warnings.revise") : draft.updates ? t("warnings.update") : t("warnings.new")}
        {draft.before && ` · ${draft.before.fa.headline}`}
      </h3>
      <p className="warnings-public">{t("warnings.public")}</p>
      <Segmented
        label={t("warnings.status")}
        value={draft.status}
        options={STATUSES.map((each) => ({ value: each, label: t(`warnings.status.${each}`) }))}
        onChange={(status) => change({ status })}
      />
      <Place draft={draft} />
      {problem && area && <ErrorState problem={problem} onRetry={() => change({ points: [] })} />}
      <Codes draft={draft} />
      <InWords draft={draft} language="fa" />
      <InWords draft={draft} language="en" />
      <div className="act-line">
        <Button look="primary" disabledReason={why} reasonBelow onClick={send}>
          {t("warnings.save")}
        </Button>
        <Button look="quiet" keyHint="Esc" onClick={clear}>
          {t("warnings.clear")}
        </Button>
      </div>
    </form>
  );
}

function Place({ draft }: { readonly draft: Draft }) {
  const t = useT(messages);
  const named = useNamed();
  const { id: number } = useFormats();
  const { offices, session } = useReference();
  const change = useWarnings((now) => now.change);
  const options: Where[] = [...(draft.before ? ["as_it_was" as const] : []), "circle", "polygon", "office"];
  const below = (["province", "county", "station"] as const)
    .flatMap((tier) => offices.ofTier(tier))
    .filter((each) => session.office !== null && offices.isWithin(each.id, session.office));
  return (
    <>
      <Segmented
        label={t("warnings.where")}
        value={draft.where}
        options={options.map((each) => ({ value: each, label: t(`warnings.where.${each}`) }))}
        onChange={(where) => change({ where, points: [] })}
      />
      {(draft.where === "circle" || draft.where === "polygon") && (
        <p className="roads-hint">{t(`warnings.pick.${draft.where}`)}</p>
      )}
      {draft.where === "circle" && <AtIncident draft={draft} />}
      {draft.where === "circle" && (
        <Choice
          label={t("warnings.radius")}
          value={String(draft.radiusM)}
          options={RADII_M.map((each) => [String(each), t("warnings.metres", { n: number(each) })])}
          onChange={(radius) => change({ radiusM: Number(radius) })}
        />
      )}
      {draft.where === "polygon" && draft.points.length > 0 && (
        <Button look="quiet" onClick={() => change({ points: draft.points.slice(0, -1) })}>
          {t("warnings.lastPoint")}
        </Button>
      )}
      {draft.where === "office" && (
        <Choice
          label={t("warnings.office")}
          value={draft.office}
          options={[["", "—"], ...below.map((each) => [each.id as string, named(each.name)] as const)]}
          onChange={(office) => change({ office })}
        />
      )}
    </>
  );
}

/** The chosen incident as the middle: most warnings are about one, and no hand has to leave the keys. */
function AtIncident({ draft }: { readonly draft: Draft }) {
  const t = useT(messages);
  const { id: number } = useFormats();
  const { world } = useApp();
  const change = useWarnings((now) => now.change);
  const incident = useItem(
    world.incident,
    useDesk((now) => now.selected),
  );
  const point = incident?.point;
  if (!incident || !point) return null;
  const there = draft.points[0]?.join() === point.join();
  return (
    <Button
      aria-pressed={there}
      disabledReason={there ? t("warnings.atIncident.there") : null}
      onClick={() => change({ points: [point] })}
    >
      {t("warnings.atIncident", { n: number(incident.number) })}
    </Button>
  );
}

function Codes({ draft }: { readonly draft: Draft }) {
  const t = useT(messages);
  const change = useWarnings((now) => now.change);
  const last = (hours: number) =>
    hours < 24 ? t("warnings.hours", { n: hours }) : t("warnings.days", { n: hours / 24 });
  return (
    <div className="roads-three">
      <Choice
        label={t("warnings.category")}
        value={draft.category}
        options={CATEGORIES.map((each) => [each, t(`warnings.category.${each}`)])}
        onChange={(category) => change({ category })}
      />
      <Choice
        label={t("warnings.response")}
        value={draft.response}
        options={[
          ["", t("warnings.response.none")],
          ...RESPONSES.map((each) => [each, t(`warnings.response.${each}`)] as const),
        ]}
        onChange={(response) => change({ response })}
      />
      <Choice
        label={t("warnings.lasts")}
        value={String(draft.lastsH)}
        options={LASTS_H.map((each) => [String(each), last(each)])}
        onChange={(hours) => change({ lastsH: Number(hours) })}
      />
      <Choice
        label={t("warnings.urgency")}
        value={draft.urgency}
        options={URGENCIES.map((each) => [each, t(`warnings.urgency.${each}`)])}
        onChange={(urgency) => change({ urgency })}
      />
      <Choice
        label={t("warnings.severity")}
        value={draft.severity}
        options={SEVERITIES.map((each) => [each, t(`warnings.severity.${each}`)])}
        onChange={(severity) => change({ severity })}
      />
      <Choice
        label={t("warnings.certainty")}
        value={draft.certainty}
        options={CERTAINTIES.map((each) => [each, t(`warnings.certainty.${each}`)])}
        onChange={(certainty) => change({ certainty })}
      />
    </div>
  );
}

function InWords({ draft, language }: { readonly draft: Draft; readonly language: "fa" | "en" }) {
  const t = useT(messages);
  const change = useWarnings((now) => now.change);
  const words = draft[language];
  const put = (part: Partial<Words>) => change({ [language]: { ...words, ...part } });
  const dir = language === "fa" ? "rtl" : "ltr";
  return (
    <fieldset className="warnings-words">
      <legend>{t(`warnings.${language}`)}</legend>
      {(["event", "headline", "area"] as const).map((name) => (
        <Field
          key={name}
          label={t(`warnings.${name}`)}
          value={words[name]}
          maxLength={LINE_MAX}
          dir={dir}
          lang={language}
          onChange={(event) => put({ [name]: event.currentTarget.value })}
        />
      ))}
      {(["instruction", "description"] as const).map((name) => (
        <TextArea
          key={name}
          label={t(`warnings.${name}`)}
          value={words[name]}
          maxLength={TEXT_MAX}
          rows={2}
          dir={dir}
          lang={language}
          onChange={(event) => put({ [name]: event.currentTarget.value })}
        />
      ))}
    </fieldset>
  );
}
