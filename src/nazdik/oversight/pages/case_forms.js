// What a case is about can grow while it is handled: a formal case of a contact, one more allegation, the name of an unknown officer, another handler.
import { addWords, both, byName, date, el, field, key, note, number, place, t } from "./base.js";
import { CATEGORIES } from "./form.js";

addWords({
  more_open: ["پرونده ساختن", "Make a formal case"], more_open_hint: ["برای پیامی که شکایت نبود و باید رسیدگی شود.", "For a contact that was no complaint and has to be handled as one."],
  more_add: ["افزودن ادعا", "Add an allegation"], more_add_hint: ["هر ادعا نتیجهٔ خود را می‌گیرد. آنچه جدی است همان دم ارجاع می‌شود.", "Each allegation gets its own finding. What is serious is referred at once."],
  more_about: ["دربارهٔ کدام یگان", "About which unit"], more_no_unit: ["یگان ویژه‌ای نیست", "No unit in particular"], more_person: ["شناسهٔ مأمور (اگر شناخته است)", "The officer's id (if known)"],
  more_name: ["مأمور که بود؟", "Who was the officer?"], more_name_hint: ["اگر او یا یگانش به این میز برگردد، پرونده همان دم به میزی دیگر می‌رود.", "If that concerns this desk, the case goes to another one at once."],
  more_which: ["کدام ادعا", "Which allegation"], more_id: ["شناسهٔ مأمور", "The officer's id"],
  more_give: ["سپردن به دیگری", "Give to somebody else"], more_give_hint: ["برای سرپرست میز؛ تنها به کسی که پرونده به رویش بسته نیست.", "For a supervisor, and only to somebody who is free of it."], more_to: ["نام ورود او", "How they sign in"],
  more_join: ["پیوستن به پروندهٔ پیشین", "Join to an earlier case"], more_join_hint: ["وقتی همان شهروند همان موضوع را دوباره گفته است. چیزی پاک نمی‌شود؛ هر دو کد کار می‌کند و پاسخ به هر دو می‌رسد.", "When the same citizen has told the same matter again. Nothing is deleted; both codes work, and what is written reaches both."],
  more_first: ["پروندهٔ پیشین", "The earlier case"], more_why: ["از کجا پیداست؟", "How is it known?"], more_no_other: ["پروندهٔ باز دیگری نزد این میز نیست.", "This desk has no other open case."],
  more_under: ["این پرونده زیر پروندهٔ دیگری است: یافته، پاسخ پایانی و بستن همان جا.", "This case stands under another: findings, the answer and the end are given there."], more_see_first: ["دیدن پروندهٔ پیشین", "See the earlier case"],
  more_over: ["پرونده‌هایی که زیر این پرونده‌اند؛ پاسخ به آن‌ها هم می‌رسد:", "Cases that stand under this one; what is written reaches them too:"], more_see: ["دیدن {n}", "See {n}"],
  more_part: ["جدا کردن", "Part it"], more_part_hint: ["اگر موضوع دیگری بود. به روی هر که بسته بوده بسته می‌ماند.", "If it was another matter. Whom it was shut to it stays shut to."],
  more_gone: ["این پرونده دیگر نزد شما نیست: به میز دیگری رفت.", "You no longer have this case: it went to another desk."],
});

// Where a case stands among others of the same matter, as far as the reader has them.
export function linkedCard(view, { open }) {
  const go = (id, words) => el("button", { type: "button", onclick: () => open(id) }, words);
  if (view.joined_to) return el("section", { class: "card" }, note(t("more_under")), el("div", { class: "row" }, go(view.joined_to, t("more_see_first"))));
  return view.joined.length ? el("section", { class: "card" }, el("p", {}, t("more_over")), el("div", { class: "row" }, ...view.joined.map((id, n) => go(id, t("more_see", { n: number(n + 1) }))))) : "";
}

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

  function add() {
    const category = el("select", {}, ...CATEGORIES.map((one) => el("option", { value: one }, t(one)))), person = typed(false);
    const unit = byName(el("select", {}, el("option", { value: "" }, t("more_no_unit")), ...offices.map((one) => el("option", { value: one.id }, place(one)))), 1);
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

  function join() {
    const first = el("select", { required: true }), why = el("textarea", { required: true, maxlength: 2000, dir: "auto" });
    const made = form("more_join", "join", () => ({ to: first.value, why: why.value }), field(t("more_first"), first), field(t("more_why"), why));
    // The desk's own open cases, the oldest first: brought when somebody looks.
    made.addEventListener("toggle", async () => {
      if (!made.open || first.options.length) return;
      try {
        const { cases } = await call("/v1/cases");
        const others = cases.filter((one) => one.id !== view.id).sort((a, b) => a.received_at - b.received_at);
        first.replaceChildren(...others.map((one) => el("option", { value: one.id }, both`${date(new Date(one.received_at / 1000).toISOString())} · ${one.opening.slice(0, 60) || t("recordings")}`)));
        if (!others.length) said.replaceChildren(note(t("more_no_other")));
      } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
    });
    return made;
  }

  function part() {
    const why = el("textarea", { required: true, maxlength: 2000, dir: "auto" });
    return form("more_part", "part", () => ({ why: why.value }), field(t("more_why"), why));
  }

  if (view.joined_to) return el("div", {}, said, part(), give());
  return el("div", {}, said, view.formal ? "" : form("more_open", "open", () => ({})), add(), unknown.length ? name() : "", give(), view.joined.length ? "" : join());
}
