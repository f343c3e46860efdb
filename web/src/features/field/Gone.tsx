import { OctagonX } from "lucide-react";
import { lazy, Suspense } from "react";
import { useReference } from "../../app/hooks";
import { useFormats, useNamed } from "../../i18n/hooks";
import { Button } from "../../ui/Button";
import { useAfter, useEntries, useField, useFieldT } from "./hooks";
import type { Gone as GoneNews } from "./mission";
import { INERT_MS } from "./mission";
import { Banners, EmergencyBar, Sos } from "./parts";

/** Its words are those of the pages behind the screen. */
const NotTaken = lazy(() => import("./behind/NotTaken"));
const WORDS = ["withdrawn", "unanswered", "cancelled", "diverted", "cleared", "refused", "unknown"] as const;

/** An assignment that is no longer this officer's: said over the whole screen, until it has been read. */
export function Gone({ gone }: { readonly gone: GoneNews }) {
  const t = useFieldT();
  const named = useNamed();
  const field = useField();
  const { kinds } = useReference();
  const { id } = useFormats();
  const ready = useAfter(INERT_MS, gone.assignment);
  const refused = useEntries().filter((entry) => entry.subject === gone.assignment && entry.state === "refused");
  const word = WORDS.find((each) => each === gone.state) ?? "withdrawn";
  const kind = gone.kind ? kinds.get(gone.kind) : undefined;
  const lapsed = gone.state === "withdrawn" || gone.state === "unanswered" || gone.state === "refused";
  // Nobody else has come: a late yes is still better than nobody. The server decides whether it is too late.
  const mayStill = gone.state === "unanswered" && gone.nowWith.length === 0;
  const acceptAnyway = () => {
    if (!ready) return;
    field.act({
      action: "accept",
      path: `/v1/assignments/${gone.assignment}/accept`,
      body: { en_route: true },
      subject: gone.assignment,
      label: id(gone.number),
    });
    field.dismissGone(gone.assignment);
  };
  return (
    <main className="hand gone">
      <EmergencyBar />
      <section className="as-is" role="alertdialog" aria-labelledby="gone-title">
        <div className="gone-body">
          <OctagonX size={88} aria-hidden="true" />
          <h1 id="gone-title">{t(`gone.${word}`)}</h1>
          {gone.nowWith.length > 0 ? (
            <p className="gone-who">{t("gone.sentTo", { who: gone.nowWith.join(" ") })}</p>
          ) : (
            lapsed && <p className="gone-who">{t("gone.nobodyYet")}</p>
          )}
          {gone.accepted && <p className="gone-stop">{t("gone.stop")}</p>}
          <Suspense fallback={null}>{refused.length > 0 && <NotTaken entries={refused} />}</Suspense>
          <p className="gone-what">
            {t("incident.numbered", { n: gone.number })}
            {kind && <> • {named(kind.name)}</>}
            {gone.place && (
              <>
                <br />
                <span className="as-said">{gone.place}</span>
              </>
            )}
          </p>
        </div>
        <Banners />
        <div className="offer-act" data-inert={!ready || undefined}>
          {mayStill && (
            <Button size="main" look="ok" wide className="accept" onClick={acceptAnyway}>
              {t("gone.acceptAnyway")}
            </Button>
          )}
          {!mayStill && (
            <Button size="main" look="primary" wide onClick={() => ready && field.dismissGone(gone.assignment)}>
              {t("gone.seen")}
            </Button>
          )}
          <div className="offer-row">
            <Sos />
            {mayStill && (
              <Button size="hand" wide onClick={() => ready && field.dismissGone(gone.assignment)}>
                {t("gone.seen")}
              </Button>
            )}
          </div>
        </div>
      </section>
    </main>
  );
}
