/** A crew's question about a plate. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "ask.title": "پرسش پلاک",
    "ask.plate": "پلاک خودرو",
    "ask.why": "برای چه می‌پرسید؟ با نام شما در دفتر بازبینی می‌ماند.",
    "ask.part_of_incident": "بخشی از این رخداد",
    "ask.stopped": "خودروی متوقف‌شده",
    "ask.left_standing": "خودروی رهاشده",
    "ask.drove_off": "گریخته از صحنه",
    "ask.first": "نخست پلاک کامل را بنویسید",
    "ask.noLink": "بی‌ارتباط؛ از بی‌سیم بپرسید",
    "ask.asking": "پرسیده می‌شود…",
    "ask.found": "{n, plural, =0 {در رخدادهای ما نامی از این پلاک نیست} other {در # رخداد ما نام این پلاک هست}}",
    "ask.more": "{n, plural, other {تازه‌ترین‌ها؛ # رخداد دیگر نیز هست}}",
    "ask.open": "هنوز باز",
    "ask.since": "تنها رخدادهای ثبت‌شدهٔ استان، از {time}. از مالک یا سرقت چیزی نمی‌گوید؛ شرح را از مرکز بپرسید.",
    "ask.again": "پلاک دیگر",
  },
  {
    "ask.title": "Ask for a plate",
    "ask.plate": "The car's plate",
    "ask.why": "What do you ask it for? It stays in the audit log with your name.",
    "ask.part_of_incident": "Part of this incident",
    "ask.stopped": "Car that was stopped",
    "ask.left_standing": "Car left standing",
    "ask.drove_off": "Drove off from here",
    "ask.first": "First write the whole plate",
    "ask.noLink": "No link; ask by radio",
    "ask.asking": "Asking…",
    "ask.found":
      "{n, plural, =0 {None of our incidents names this plate} one {# of our incidents names this plate} other {# of our incidents name this plate}}",
    "ask.more": "{n, plural, one {The newest; there is # more} other {The newest; there are # more}}",
    "ask.open": "still open",
    "ask.since":
      "Only incidents recorded in this province, since {time}. It says nothing of owner or theft; ask the centre what was said.",
    "ask.again": "Another plate",
  },
);
