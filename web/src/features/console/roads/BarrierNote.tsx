import { useApp, useDerived } from "../../../app/hooks";
import type { Recommendation } from "../../../core/views";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { useDesk } from "../store";
import { messages } from "./messages";
import "./roads.css";

const NAMES_MAX = 3;

/** Nobody can come to the incident, and the closures that are why; each is a way to the list where it can be lifted. */
export function BarrierNote({ barrier }: { readonly barrier: NonNullable<Recommendation["barrier"]> }) {
  const { world } = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { moment } = useFormats();
  const { clock } = useApp();
  const closures = useDerived(
    world.condition,
    (all) => [...all].filter((each) => barrier.conditions.includes(each.id)),
    [barrier],
    (a, b) => a.length === b.length && a.every((v, n) => v === b[n]),
  );
  return (
    <div className="barrier" role="alert">
      <p>
        <b>{t("barrier.nobody")}</b>{" "}
        {t(barrier.conditions.length === 1 ? "barrier.one" : barrier.together ? "barrier.together" : "barrier.any")}
      </p>
      <ul>
        {closures.map((each) => (
          <li key={each.id}>
            <b>
              {each.streets
                .slice(0, NAMES_MAX)
                .map((street) => named(street))
                .filter((name) => name !== "")
                .join(t("list.and")) || t("roads.nameless")}
            </b>
            {each.streets.length > NAMES_MAX && ` ${t("roads.more", { n: each.streets.length - NAMES_MAX })}`} —{" "}
            {t.maybe(`roads.reason.${each.reason}`) ?? each.reason}
            {each.note && ` (${each.note})`}
            {each.ends_at && (
              <span className="muted">
                {" "}
                · {t("roads.until", { time: moment(Date.parse(each.ends_at), clock.now()) })}
              </span>
            )}
          </li>
        ))}
      </ul>
      <Button keyHint="B" onClick={() => useDesk.getState().show("roads")}>
        {t("barrier.open")}
      </Button>
    </div>
  );
}
