/** The words of alarms put aside, and of safety timers set by hand. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "shelf.put": "کنار گذاشتن",
  "shelf.why": "چرا کنار گذاشته شود؟",
  "shelf.minutes": "{n} دقیقه",
  "shelf.needsWhy": "نخست علت را بنویسید",
  "shelf.list": "{n, plural, other {# هشدار کنار گذاشته}}",
  "shelf.back": "بازگشت در",
  "shelf.by": "{who}: {reason}",
  "shelf.bring": "همین حالا برگردان",
  "shelf.climbs": "هشدار کنار گذاشته هم بالا می‌رود؛ کمک فوری و بررسی سلامت کنار گذاشته نمی‌شود.",
  "timer.change": "بررسی سلامت در زمان دیگر",
  "timer.choose": "از {unit, ltr} کِی حال پرسیده شود؟",
  "timer.in": "{n} دقیقهٔ دیگر",
  "timer.asked": "پرسیده شد و پاسخ نداده؛ نخست پاسخش را بگیرید",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "shelf.put": "Shelve",
  "shelf.why": "Why put it aside?",
  "shelf.minutes": "{n} min",
  "shelf.needsWhy": "Say why first",
  "shelf.list": "{n, plural, one {# alarm shelved} other {# alarms shelved}}",
  "shelf.back": "back in",
  "shelf.by": "{who}: {reason}",
  "shelf.bring": "Bring back now",
  "shelf.climbs": "A shelved alarm climbs all the same; emergencies and safety checks are never shelved.",
  "timer.change": "Safety check at another time",
  "timer.choose": "When is {unit, ltr} asked whether all is well?",
  "timer.in": "in {n} min",
  "timer.asked": "It was asked and has not answered; get its answer first",
};

export const messages = catalogue(fa, en);
