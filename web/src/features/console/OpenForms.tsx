import { useApp, useItem } from "../../app/hooks";
import { Button, Ltr, useKeys } from "../../ui";
import { useWords } from "./context";
import type { CallForm } from "./store";
import { otherForms, useDesk } from "./store";

/** The forms that wait beside the open one: each is a press away, the next one by its key. */
export function OpenForms() {
  const { t } = useWords();
  const forms = useDesk((desk) => desk.forms);
  const open = useDesk((desk) => desk.form);
  const others = otherForms(forms, open);
  const go = (form: CallForm) => useDesk.getState().openForm(form);
  useKeys([{ code: "Alt+KeyO", inFields: true, run: () => others[0] && go(others[0]) }]);
  if (others.length === 0) return null;
  return (
    <nav className="open-forms" aria-label={t("form.others", { n: others.length })}>
      <span className="muted">{t("form.others", { n: others.length })}</span>
      {others.map((form, n) => (
        <Button key={form.id} keyHint={n === 0 ? "Alt+O" : undefined} onClick={() => go(form)}>
          <FormName form={form} />
        </Button>
      ))}
    </nav>
  );
}

/** What tells a form from the others: its place, its kind, or whose call it is. */
function FormName({ form }: { readonly form: CallForm }) {
  const { world } = useApp();
  const words = useWords();
  const call = useItem(world.call, form.call);
  const number = form.number || call?.number;
  const known = form.placeText.trim() || (form.kind ? words.kind(form.kind) : "") || form.narrative.trim();
  return (
    <>
      {known && <bdi className="truncate">{known}</bdi>}
      {number && <Ltr className="num">{number}</Ltr>}
      {!known && !number && words.t("title.newCall")}
    </>
  );
}
