// Letters to other systems, as a desk sees them: which were signed for, which wait, and what came of the last try.
import { both, el, isolated, moment, number, t } from "./base.js";

export const LETTER_WORDS = {
  letters: ["نامه به سامانه‌های دیگر", "Letters to other systems"], letters_open: ["نامه‌هایی که هنوز کسی رسیدشان نکرده", "Letters nobody has signed for"],
  referral: ["ارجاع به مرجع قضایی", "Referral to the judicial body"], personnel: ["تقدیر برای پروندهٔ کارگزینی", "Commendation for the personnel file"],
  not_signed_for: ["رسیدی نیامد", "Not signed for in time"],
  l_waiting: ["فرستاده می‌شود؛ رسید تا {due}", "On its way; to be signed for by {due}"], l_late: ["دیر شد: رسید تا {due} نیامد", "Late: not signed for by {due}"],
  l_delivered: ["رسید گرفت: {at}", "Signed for: {at}"], l_reference: ["شمارهٔ آن‌ها:", "Their reference:"], l_tries: ["{n} بار فرستاده شد، آخرین پاسخ:", "Tried {n} times, last answer:"],
  l_no_line: ["راهی به آن سامانه تنظیم نشده است.", "No line to that system is set up."],
};

const stands = (letter) => el("span", { class: letter.state === "late" ? "late" : letter.state === "delivered" ? "kept" : "" },
  t(`l_${letter.state}`, { due: moment(letter.due_at), at: letter.delivered_at ? moment(letter.delivered_at) : "" }));

export const lettersCard = (view) => (view.letters.length
  ? el("section", {}, el("h3", {}, t("letters")), ...view.letters.map((letter) => el("p", {}, t(letter.kind), " · ", stands(letter), letter.reference ? [" · ", t("l_reference"), " ", isolated(letter.reference)] : "")))
  : "");

export const openLetters = (all, open) => (all.length
  ? el("section", {}, el("h2", {}, t("letters_open"), both` (${number(all.length)})`), el("ul", {}, ...all.map((one) => el("li", {},
    el("button", { type: "button", onclick: () => open(one.case_id) }, t(one.letter.kind)), " ", stands(one.letter), " ",
    el("span", { class: "quiet" }, ...(one.last === "no_line" ? ["· ", t("l_no_line")] : one.tries ? ["· ", t("l_tries", { n: number(one.tries) }), " ", isolated(one.last)] : []))))))
  : "");
