import { TriangleAlert } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useReference } from "../../app/hooks";
import { msOf } from "../../core/units";
import { distanceText, spanText, useFormats, useNamed } from "../../i18n/hooks";
import { REFUSALS } from "../../i18n/refusals";
import { Button } from "../../ui/Button";
import { PriorityGlyph } from "../../ui/glyphs";
import { HazardLines } from "./hazards/HazardLines";
import { useAfter, useAnswers, useDetail, useField, useFieldT, useLinkLook, useSound } from "./hooks";
import type { Work } from "./mission";
import { INERT_MS, isInert, isPreAlert, othersOn } from "./mission";
import { AnswerRing, Banners, bandOf, Choice, Sos } from "./parts";
import { useOver } from "./useOver";
import { useRoute } from "./useRoute";
import { Where } from "./Where";

/** A glance and no condition: it comes behind what is asked. */
const OfferWay = lazy(() => import("./way/OfferWay"));

/** The whole screen for one question: can you take this? A pre-alert looks alike, is soft, and asks nothing yet. */
export function Offer({ work }: { readonly work: Work }) {
  const { incident, assignment } = work;
  const t = useFieldT();
  const named = useNamed();
  const { id } = useFormats();
  const field = useField();
  const { kinds } = useReference();
  const detail = useDetail(incident.id);
  const link = useLinkLook();
  const sound = useSound();
  const [choosing, setChoosing] = useState(false);
  const shownMs = useRef(performance.now());
  const heading = useRef<HTMLHeadingElement>(null);
  const soft = isPreAlert(assignment);
  const ready = useAfter(INERT_MS, `${assignment.id} ${soft}`);
  const over = useOver(msOf(assignment.answer_by));
  const { route } = useRoute(assignment.id, !soft, null, assignment.realerted_at ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new offer, or the real one after a pre-alert, begins anew.
  useEffect(() => {
    shownMs.current = performance.now();
    setChoosing(false);
    heading.current?.focus();
  }, [assignment.id, soft]);

  const guarded = (act: () => void) => () => {
    if (!isInert(shownMs.current, performance.now())) act();
  };
  // Other buttons stand where these stood: they are as inert as those of a new offer.
  const choose = (reasons: boolean) => {
    shownMs.current = performance.now();
    setChoosing(reasons);
  };
  const path = `/v1/assignments/${assignment.id}`;
  const label = id(incident.number);
  const accept = () =>
    field.act({ action: "accept", path: `${path}/accept`, body: { en_route: true }, subject: assignment.id, label });
  const refuse = (reason: string) =>
    field.act({ action: "refuse", path: `${path}/refuse`, body: { reason }, subject: assignment.id, label });

  const kind = incident.kind ? kinds.get(incident.kind) : undefined;
  const kindName = kind ? named(kind.name) : t("incident.kindUnknown");
  const others = othersOn(work);
  const answers = useAnswers(detail);
  const hazard = detail?.hazards.split("\n")[0]?.trim();
  const urgent = incident.priority !== null && incident.priority <= 2;
  const title = soft ? t("offer.prepare") : urgent ? t("offer.urgent") : t("offer.title");
  return (
    <main className="hand offer" data-soft={soft || undefined}>
      <section className="as-is" role="alertdialog" aria-labelledby="offer-title">
        <header className={`offer-band ${soft ? "band-soft" : bandOf(incident.priority)}`}>
          <PriorityGlyph priority={incident.priority} size={52} quiet />
          <div>
            <h1 id="offer-title" ref={heading} tabIndex={-1}>
              {title}
            </h1>
            <p>
              <span className="offer-priority">
                {incident.priority === null ? t("priority.none") : t("priority.word", { n: incident.priority })}
                {" • "}
              </span>
              {kindName}
            </p>
          </div>
          {!soft && <AnswerRing sentAt={msOf(assignment.sent_at)} answerBy={msOf(assignment.answer_by)} />}
        </header>
        {(link === "offline" || link === "weak" || sound !== "ok") && <Banners />}
        <div className="offer-body">
          {assignment.post && <p className="post-line">{t("offer.post", { n: assignment.post.number })}</p>}
          <Where incident={incident} className="offer-place" />
          <dl className="facts">
            <div>
              <dd className="num">
                {assignment.travel_time_s !== null && assignment.travel_time_s >= 0
                  ? spanText(t, assignment.travel_time_s)
                  : "—"}
              </dd>
              <dt>{t("offer.eta")}</dt>
            </div>
            <div>
              <dd className="num">
                {assignment.distance_m !== null && assignment.distance_m >= 0
                  ? distanceText(t, assignment.distance_m)
                  : "—"}
              </dd>
              <dt>{t("offer.distance")}</dt>
            </div>
          </dl>
          {hazard && (
            <p className="hazard">
              <TriangleAlert size={26} aria-hidden="true" />
              <span>{hazard}</span>
            </p>
          )}
          <HazardLines detail={detail} incident={incident.id} guarded={guarded} />
          {answers && <p className="answers">{answers}</p>}
          {detail?.narrative && <p className="offer-story">{detail.narrative}</p>}
          <p className="offer-with">
            {!soft && (others.length > 0 ? t("offer.with", { who: others.join(" ") }) : t("offer.alone"))}
            {!soft && " · "}
            {t("offer.number", { n: incident.number })}
          </p>
          {route && !soft && !over && (
            <div className="offer-way-box">
              <Suspense fallback={null}>
                <OfferWay route={route} />
              </Suspense>
            </div>
          )}
          {soft && <p className="offer-soft">{t("offer.prepareWhy")}</p>}
          {over && !soft && (
            <p className="offer-over" role="alert">
              {link === "up" ? t("offer.over") : t("offer.overOffline")}
            </p>
          )}
        </div>
        <div className="offer-act" data-inert={!ready || undefined}>
          {choosing ? (
            <>
              <div className="reasons" role="group" aria-label={t("offer.reasons")}>
                {REFUSALS.map((reason) => (
                  <Choice key={reason} onClick={guarded(() => refuse(reason))}>
                    {t(`refusal.${reason}`)}
                  </Choice>
                ))}
              </div>
              <div className="offer-row">
                <Sos />
                <Button size="hand" look="quiet" wide onClick={guarded(() => choose(false))}>
                  {t("do.back")}
                </Button>
              </div>
            </>
          ) : (
            <>
              {!soft && (
                <Button size="main" look="ok" wide className="accept" onClick={guarded(accept)}>
                  {t("offer.accept")}
                </Button>
              )}
              <div className="offer-row">
                <Sos />
                <Button size="hand" wide onClick={guarded(() => choose(true))}>
                  {t("offer.cannot")}
                </Button>
              </div>
            </>
          )}
        </div>
      </section>
    </main>
  );
}
