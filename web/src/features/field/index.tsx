import { useReference } from "../../app/hooks";
import { useNamed } from "../../i18n/hooks";
import { LinkStateBar } from "../../ui";

export function FieldFace() {
  const { session, offices } = useReference();
  const named = useNamed();
  const office = offices.find(session.office);
  return (
    <main>
      <LinkStateBar />
      <h1>{office ? named(office.name) : session.role}</h1>
    </main>
  );
}
