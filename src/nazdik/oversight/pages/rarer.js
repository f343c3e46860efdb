// What a desk does seldom: take a withdrawal, write a settlement down, look again, take down what a referral came to, pass thanks on.
import { addWords, el, field, isolated, key, moment, note, place, t } from "./base.js";

addWords({
  rare_withdrawal: ["شهروند می‌خواهد شکایتش را پس بگیرد. پیش از ثبت، از خودش بپرسید کسی بر او فشار آورده است یا نه؛ اگر فشاری باشد رسیدگی ادامه دارد.", "The citizen wants to take it back. Before recording it, ask them whether anybody pressed for it; where somebody did, the case goes on."],
  rare_w_taken: ["شهروند پس گرفت؛ فشاری در کار نبود.", "The citizen took it back; nobody pressed for it."], rare_w_goes_on: ["پس گرفتن ثبت شد و رسیدگی ادامه دارد.", "The withdrawal is recorded; the case goes on."],
  rare_pressed: ["فشار بود؛ رسیدگی ادامه یابد", "Somebody pressed; go on"], rare_not_pressed: ["پرسیدم؛ فشاری نبود", "Asked; nobody pressed"],
  rare_settle: ["ثبت سازش", "Write a settlement down"], rare_settle_hint: ["سازش از آن دو طرف است: بی موافقت هر دو ثبت نمی‌شود. یافته‌ها و پاسخ پایانی جداگانه نوشته می‌شود.", "A settlement is both sides': without both it is not recorded. Findings and the answer are written apart."],
  rare_terms: ["بر سر چه سازش کردند؟", "What did they agree on?"], rare_citizen_agreed: ["شهروند پذیرفت", "The citizen agreed"], rare_office_agreed: ["یگان پذیرفت", "The office agreed"], rare_settled: ["سازش شد:", "They settled:"],
  rare_review: ["شهروند پاسخ را نپذیرفته و بازبینی خواسته است؛ با {place} است.", "The citizen does not accept the answer and asked for a second look; it is for {place}."], rare_review_others: ["کسی بازبینی می‌کند که در این پرونده کاری نکرده باشد.", "Somebody looks at it who has done nothing in this case."],
  rare_grounds: ["دلیل شهروند:", "The citizen's reason:"], rare_look: ["نتیجهٔ بازبینی", "What the second look found"], rare_outcome: ["نتیجه و دلیل آن (شهروند می‌خواند)", "The outcome and why (the citizen reads it)"],
  rare_uphold: ["پاسخ بماند", "The answer stays"], rare_reopen: ["پرونده از نو باز شود", "Reopen the case"], rare_upheld: ["بازبینی شد و پاسخ ماند:", "Looked at again; the answer stays:"], rare_reopened: ["بازبینی شد و پرونده از نو باز شد:", "Looked at again and reopened:"],
  rare_referral: ["مرجع قضایی چه گفت؟", "What did the judicial body say?"], rare_referral_hint: ["پس از این، میز می‌تواند یافته‌ها را بنویسد و پرونده را ببندد.", "After this the desk can write findings and close the case."], rare_referral_said: ["مرجع قضایی گفت:", "The judicial body said:"],
  rare_referral_waits: ["تا پاسخ مرجع قضایی به بازرسی نرسیده، یافته‌ای نوشته و پرونده‌ای بسته نمی‌شود.", "Until its answer has reached the inspectorate, no finding is written and the case is not closed."],
  rare_pass: ["رساندن تقدیر", "Pass the thanks on"], rare_pass_hint: ["پیش از بستن، تقدیر به خود مأمور و به پروندهٔ او می‌رسد.", "Before it is closed, thanks reach the officer and their file."], rare_pass_to: ["شناسهٔ مأمور", "The officer's id"], rare_passed: ["تقدیر رسانده شد: {at}", "Thanks were passed on: {at}"],
  rare_close_sure: ["پاسخ به شهروند می‌رسد و پرونده بسته می‌شود؛ باز کردنش با درخواست بازبینی خود اوست.", "The answer reaches the citizen and the case is closed; only their own request for a second look opens it again."],
});

const within = (office, desk) => office === desk || office.startsWith(`${desk}.`) || desk === "inspectorate";

export function rarerActs(view, { call, session, done }) {
  const said = el("div", {});
  const act = (name, body) => async (event) => {
    event.preventDefault();
    try {
      await call(`/v1/cases/${view.id}/acts/${name}`, body(), { once: key() });
      await done();
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  const long = (value = "") => el("textarea", { required: true, maxlength: 4000, dir: "auto", value });
  const form = (word, name, body, ...fields) => el("details", {}, el("summary", {}, t(word)), el("form", { class: "card", onsubmit: act(name, body) }, ...fields, el("div", { class: "row" }, el("button", {}, t("set")))));
  const told = (word, text) => el("div", { class: "note" }, el("strong", {}, t(word)), el("p", { dir: "auto" }, text));
  const parts = [said];
  if (view.withdrawal === "asked") parts.push(el("section", { class: "card" }, note(t("rare_withdrawal")), el("div", { class: "row" },
    el("button", { type: "button", onclick: act("take-withdrawal", () => ({ pressure: false })) }, t("rare_not_pressed")), el("button", { type: "button", onclick: act("take-withdrawal", () => ({ pressure: true })) }, t("rare_pressed")))));
  else if (view.withdrawal) parts.push(note(t(`rare_w_${view.withdrawal}`)));
  if (view.terms) parts.push(told("rare_settled", view.terms));
  if (view.referral_outcome) parts.push(told("rare_referral_said", view.referral_outcome));
  else if (view.referred_to) parts.push(referral(session.desks.some((desk) => desk.id === "inspectorate")));
  if (view.review) parts.push(...review());
  if (view.kind === "commendation" && !view.self_praise) parts.push(thanks());
  if (view.kind === "complaint" && !view.closed && !view.terms && (!view.serious || view.referral_outcome)) parts.push(settlement());
  return el("div", {}, ...parts);

  function settlement() {
    const terms = long(), citizen = el("input", { type: "checkbox", required: true }), office = el("input", { type: "checkbox", required: true });
    return form("rare_settle", "conciliate", () => ({ terms: terms.value, citizen_agreed: citizen.checked, office_agreed: office.checked }), el("p", { class: "quiet" }, t("rare_settle_hint")), field(t("rare_terms"), terms), field(t("rare_citizen_agreed"), citizen), field(t("rare_office_agreed"), office));
  }

  function referral(mine) {
    const outcome = long();
    return mine ? form("rare_referral", "referral-outcome", () => ({ outcome: outcome.value }), el("p", { class: "quiet" }, t("rare_referral_hint")), field(t("rare_referral"), outcome)) : el("p", { class: "quiet" }, t("rare_referral_waits"));
  }

  function review() {
    const grounds = told("rare_grounds", view.review_grounds);
    if (view.review !== "asked") return [grounds, told(`rare_${view.review}`, view.review_outcome)];
    const outcome = long(), reopen = el("select", {}, el("option", { value: "" }, t("rare_uphold")), el("option", { value: "yes" }, t("rare_reopen")));
    const mine = session.desks.some((desk) => within(view.review_office.id, desk.id));
    return [note(t("rare_review", { place: place(view.review_office) })), grounds, mine
      ? form("rare_look", "decide-review", () => ({ reopen: reopen.value === "yes", outcome: outcome.value }), el("p", { class: "quiet" }, t("rare_review_others")), field(t("rare_outcome"), outcome), field(t("rare_look"), reopen))
      : ""];
  }

  function thanks() {
    if (view.passed_at) return note(t("rare_passed", { at: moment(view.passed_at) }), "good");
    const person = el("input", { required: true, maxlength: 200, dir: "ltr", autocomplete: "off", value: view.commended ?? "" });
    return view.closed ? "" : form("rare_pass", "pass-commendation", () => ({ person: person.value.trim() }), el("p", { class: "quiet" }, t("rare_pass_hint"), view.commended ? [" ", isolated(view.commended)] : ""), field(t("rare_pass_to"), person));
  }
}
