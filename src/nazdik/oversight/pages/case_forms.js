// What a case is about can grow while it is handled: a formal case of a contact, one more allegation, the name of an unknown officer, another handler.
import { addWords, el, field, key, lang, note, place, t } from "./base.js";
import { CATEGORIES } from "./form.js";

addWords({
  more_open: ["پرونده ساختن", "Make a formal case"], more_open_hint: ["برای پیامی که شکایت نبود و باید رسیدگی شود.", "For a contact that was no complaint and has to be handled as one."],
  more_add: ["افزودن ادعا", "Add an allegation"], more_add_hint: ["هر ادعا نتیجهٔ خود را می‌گیرد. آنچه جدی است همان دم ارجاع می‌شود.", "Each allegation gets its own finding. What is serious is referred at once."],
  more_about: ["دربارهٔ کدام یگان", "About which unit"], more_no_unit: ["یگان ویژه‌ای نیست", "No unit in particular"], more_person: ["شناسهٔ مأمور (اگر شناخته است)", "The officer's id (if known)"],
  more_name: ["مأمور که بود؟", "Who was the officer?"], more_name_hint: ["اگر او یا یگانش به این میز برگردد، پرونده همان دم به میزی دیگر می‌رود.", "If that concerns this desk, the case goes to another one at once."],
  more_which: ["کدام ادعا", "Which allegation"], more_id: ["شناسهٔ مأمور", "The officer's id"],
  more_give: ["سپردن به دیگری", "Give to somebody else"], more_give_hint: ["برای سرپرست میز؛ تنها به کسی که پرونده به رویش بسته نیست.", "For a supervisor, and only to somebody who is free of it."], more_to: ["نام ورود او", "How they sign in"],
  more_gone: ["این پرونده دیگر نزد شما نیست: به میز دیگری رفت.", "You no longer have this case: it went to another desk."],
});

export function caseForms(view, { call, offices, done }) {
  if (view.closed) return "";
  const said = el("div", {});
  const act = (name, body) => async (event) => {
    event.preventDefault();
    try {
      await call(`/v1/cases/${view.id}/acts/${name}`, body(), { once: key() });
      await done();
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  const form = (word, name, body, ...fields) => el("details", {}, el("summary", {}, t(word)), el("form", { class: "card", onsubmit: act(name, body) }, el("p", { class: "quiet" }, t(`${word}_hint`)), ...fields, el("div", { class: "row" }, el("button", {}, t("set")))));
  const typed = (required) => el("input", { required, maxlength: 120, dir: "ltr", autocomplete: "off" });
  const unknown = view.allegations.filter((one) => !one.person);
  const units = [...offices].sort((a, b) => place(a).localeCompare(place(b), lang, { numeric: true }));

  function add() {
    const category = el("select", {}, ...CATEGORIES.map((one) => el("option", { value: one }, t(one)))), person = typed(false);
    const unit = el("select", {}, el("option", { value: "" }, t("more_no_unit")), ...units.map((one) => el("option", { value: one.id }, place(one))));
    return form("more_add", "allegation", () => ({ category: category.value, unit: unit.value || null, person: person.value.trim() || null }), field(t("category"), category), field(t("more_about"), unit), field(t("more_person"), person));
  }

  function name() {
    const which = el("select", {}, ...unknown.map((one) => el("option", { value: one.number }, t(one.category)))), person = typed(true);
    return form("more_name", "identify", () => ({ number: Number(which.value), person: person.value.trim() }), unknown.length > 1 ? field(t("more_which"), which) : "", field(t("more_id"), person));
  }

  function give() {
    const to = typed(true);
    return form("more_give", "assign", () => ({ handler: to.value.trim() }), field(t("more_to"), to));
  }

  return el("div", {}, said, view.formal ? "" : form("more_open", "open", () => ({})), add(), unknown.length ? name() : "", give());
}
