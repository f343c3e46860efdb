import { distanceText } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { useBehindT } from "../behind/useBehindT";
import { useHere } from "../hooks";
import type { Work } from "../mission";
import { Sheet } from "../parts";
import { useRoute } from "../useRoute";
import { TurnArrow } from "./TurnArrow";
import { turnsAhead } from "./turns";
import "./turns.css";

/** All turns to the scene in words: for whoever reads the way before driving off, and where no map is drawn. */
export default function TurnsSheet({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const t = useBehindT();
  const lang = usePrefs((prefs) => prefs.lang);
  const { here } = useHere();
  const { assignment } = work;
  const { route } = useRoute(assignment.id, true, here, assignment.realerted_at ?? "");
  return (
    <Sheet title={t("mission.route")} onClose={onClose}>
      {route ? (
        <ol className="turns">
          {turnsAhead(route, here?.point ?? null).map(({ manoeuvre, atM }, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two turns of a route may read alike; their order is what they are.
            <li key={n}>
              <TurnArrow kind={manoeuvre.kind} size={36} />
              <span>{lang === "fa" ? manoeuvre.text_fa : manoeuvre.text_en}</span>
              <strong className="num">{distanceText(t, atM)}</strong>
            </li>
          ))}
        </ol>
      ) : (
        <p>{t("mission.noRoute")}</p>
      )}
    </Sheet>
  );
}
