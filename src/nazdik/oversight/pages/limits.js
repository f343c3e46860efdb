// Contact about a case is limited by a written decision that is looked at again; it is lifted in writing too.
import { el, field, key, note, t } from "./base.js";
import { today } from "./jalali.js";
import "./words_desk.js";

const WITHIN_DAYS = 92;

export function limitForms(view, { call, dayName, done }) {
  const why = el("textarea", { required: true, maxlength: 2000, value: view.limit }), day = el("select", {}, ...Array.from({ length: WITHIN_DAYS }, (_, n) => el("option", { value: today() + n + 1, selected: n === 29 }, dayName(today() + n + 1))));
  const reason = el("input", { required: true, maxlength: 2000 }), said = el("div", {});
  const act = (name, body) => async (event) => {
    event.preventDefault();
    try {
      await call(`/v1/cases/${view.id}/acts/${name}`, body(), { once: key() });
      await done();
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  const form = (word, name, body, ...fields) => el("details", {}, el("summary", {}, t(word)), el("form", { onsubmit: act(name, body) }, ...fields, el("div", { class: "row" }, el("button", {}, t(word)))));
  return el("div", {}, said,
    form(view.limit ? "keep_limit" : "limit_contact", "limit-contact", () => ({ why: why.value, review_day: Number(day.value) }), field(t("limit_why"), why, t("limit_hint")), field(t("limit_day"), day)),
    view.limit ? form("lift_limit", "lift-limit", () => ({ why: reason.value }), field(t("lift_why"), reason)) : "");
}
