/** The words of hazards of a place. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "hazards.title": "خطرهای این‌جا",
  "hazards.kind.weapon": "سلاح",
  "hazards.kind.violence": "خشونت",
  "hazards.kind.dog": "سگ",
  "hazards.kind.gas": "گاز یا مواد خطرناک",
  "hazards.kind.building": "ساختمان ناایمن",
  "hazards.kind.disease": "بیماری واگیر",
  "hazards.kind.access": "راه ورود",
  "hazards.kind.other": "دیگر",
  "hazards.age": "ثبت {date}، معتبر تا {until}",
  "hazards.overdue": "بازبینی نشده است؛ شاید دیگر درست نباشد",
  "hazards.severe": "شدید",
  "hazards.read": "دیده شد",
  "hazards.acknowledge": "دیدم",
  "hazards.add": "ثبت خطر این‌جا",
  "hazards.kind": "نوع خطر",
  "hazards.text": "چه خطری؟ (نه این‌که چه کسی)",
  "hazards.isSevere": "شدید است؛ هر کس باید «دیدم» را بزند",
  "hazards.days": "اعتبار (روز)",
  "hazards.save": "ثبت",
  "hazards.remove": "برداشتن",
  "past.title":
    "{n, plural, =0 {رخدادی در {days, number} روز در این‌جا نبوده است} other {# رخداد در {days, number} روز در این‌جا}}",
  "past.show": "پیشینهٔ این‌جا",
  "past.purpose": "پیشینهٔ این‌جا برای چه؟ (در دفتر بازبینی می‌ماند)",
  "past.look": "نشان بده",
  "past.cancelled": "لغو شد",
  "past.open": "بی‌نتیجه",
};

const en: typeof fa = {
  "hazards.title": "Hazards here",
  "hazards.kind.weapon": "Weapon",
  "hazards.kind.violence": "Violence",
  "hazards.kind.dog": "Dog",
  "hazards.kind.gas": "Gas or chemicals",
  "hazards.kind.building": "Unsafe building",
  "hazards.kind.disease": "Infectious disease",
  "hazards.kind.access": "Way in",
  "hazards.kind.other": "Other",
  "hazards.age": "noted {date}, valid until {until}",
  "hazards.overdue": "Not read again in time; may be out of date",
  "hazards.severe": "severe",
  "hazards.read": "Read",
  "hazards.acknowledge": "I have read it",
  "hazards.add": "Note a hazard here",
  "hazards.kind": "Hazard",
  "hazards.text": "What is dangerous? (not who)",
  "hazards.isSevere": "Severe: everybody has to say that they read it",
  "hazards.days": "Valid for (days)",
  "hazards.save": "Save",
  "hazards.remove": "Remove",
  "past.title":
    "{n, plural, =0 {Nothing happened here in {days, number} days} one {# incident here in {days, number} days} other {# incidents here in {days, number} days}}",
  "past.show": "Earlier here",
  "past.purpose": "What for? (the audit log keeps it)",
  "past.look": "Show",
  "past.cancelled": "called off",
  "past.open": "no outcome",
};

export type HazardsKey = keyof typeof fa;
export const messages = catalogue(fa, en);
