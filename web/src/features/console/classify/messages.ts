/** The words of guessing a kind, of its key questions, and of the priority they propose. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "guess.title": "از آنچه نوشتید",
  "guess.because": "چون نوشتید {words}",
  "guess.word": "«{typed}»",
  "guess.wordGloss": "«{typed}» ({gloss})",
  "guess.denied": "نفی شده، به حساب نیامد: {words}",
  "guess.priority": "اولویت {p, number}",
  "guess.take": "پذیرش نوع",
  "ask.title": "پرسش‌های کلیدی",
  "ask.hint": "رقم پاسخ می‌دهد، ۰ می‌گذرد، پیکان‌ها به پرسش دیگر",
  "ask.none": "این نوع پرسشی ندارد",
  "ask.proposes": "پاسخ‌ها اولویت {p, number} را پیشنهاد می‌کنند",
  "ask.raised": "اولویت {p, number} از پاسخ‌ها؛ با یک کلید عوض می‌شود",
  "ask.sum": "{own, number} از نوع، {points} از پاسخ‌ها",
  "ask.takePriority": "پذیرش اولویت {p, number}",
  "ask.keepPriority": "ماندن بر {p, number}",
  "ask.later": "پاسخ به پرسش‌ها",
  "ask.hide": "بستن پرسش‌ها",
  "ask.answers": "پاسخ‌ها",
  "plan.title": "طرح پاسخ",
  "plan.need": "{n, number} {skill}",
  "plan.own": "طرح خود این نوع",
  "plan.backup": "با نیروی کمکی",
  "plan.by": "به قاعدهٔ {office}",
};

const en: typeof fa = {
  "guess.title": "From what you typed",
  "guess.because": "because you typed {words}",
  "guess.word": "“{typed}”",
  "guess.wordGloss": "“{typed}” ({gloss})",
  "guess.denied": "Denied, not counted: {words}",
  "guess.priority": "priority {p, number}",
  "guess.take": "Take this kind",
  "ask.title": "Key questions",
  "ask.hint": "a digit answers, 0 skips, arrows go to another question",
  "ask.none": "This kind has no questions",
  "ask.proposes": "The answers propose priority {p, number}",
  "ask.raised": "Priority {p, number} by the answers; one key changes it",
  "ask.sum": "{own, number} by kind, {points} by answers",
  "ask.takePriority": "Take priority {p, number}",
  "ask.keepPriority": "Keep {p, number}",
  "ask.later": "Answer questions",
  "ask.hide": "Close questions",
  "ask.answers": "Answers",
  "plan.title": "Response plan",
  "plan.need": "{n, number} {skill}",
  "plan.own": "this kind's own plan",
  "plan.backup": "with the backup that was asked for",
  "plan.by": "by the rule of {office}",
};

export type ClassifyKey = keyof typeof fa;
export const messages = catalogue(fa, en);
