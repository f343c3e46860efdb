import { useApp, useLoad, useReference } from "../../../app/hooks";
import { useT } from "../../../i18n/hooks";
import { Ltr } from "../../../ui";
import type { PersonRow } from "../people/people";
import { messages } from "./messages";

/** Who sits at an office that is to close, each with the way to their page: nobody may be left there. */
export function Sitting({ office, people }: { readonly office: string; readonly people: number }) {
  const t = useT(messages);
  const { session } = useReference();
  if (people === 0) return null;
  return (
    <>
      <p className="field-error">{t("tree.closingPeople", { people })}</p>
      {session.acts.has("manage_people") && <Names office={office} />}
    </>
  );
}

function Names({ office }: { readonly office: string }) {
  const app = useApp();
  const t = useT(messages);
  const { value } = useLoad(
    (signal) => app.api.get<{ people: PersonRow[] }>("/v1/people", { office }, signal),
    [app, office],
  );
  const sitting = (value?.people ?? []).filter((each) => each.active && each.office === office);
  return (
    <ul aria-label={t("tree.people")}>
      {sitting.map((each) => (
        <li key={each.id}>
          <a href={`#people/${encodeURIComponent(each.subject)}`}>
            <Ltr>{each.id}</Ltr>
          </a>{" "}
          <span className="muted">{t.maybe(`role.${each.role}`) ?? each.role}</span>
        </li>
      ))}
    </ul>
  );
}
