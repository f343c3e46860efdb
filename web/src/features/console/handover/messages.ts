/** The words of a desk that changes hands at the end of a shift. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "leave.title": "خروج",
  "leave.commands": "{n, plural, other {# فرمان هنوز به کارساز نرسیده است؛ با خروج از دست می‌رود.}}",
  "leave.forms": "{n, plural, other {# فرم تماس نیمه‌کاره است؛ روی همین میز می‌ماند و با ورود دوبارهٔ شما هست.}}",
  "leave.nothing": "همه چیز به کارساز رسید.",
  "leave.stay": "ماندن",
  "leave.out": "خروج",
  "desk.open": "تحویل میز",
  "desk.give": "تحویل میز در پایان نوبت",
  "desk.take": "تحویل گرفتن میز",
  "desk.giveDo": "تحویل به نفر بعد",
  "desk.takeDo": "دیدم و تحویل گرفتم",
  "desk.who": "{who} از {time} تحویل داده است",
  "desk.waiting": "میز را تحویل داده‌اید؛ تا کسی آن را نگرفته، مسئولش شمایید.",
  "desk.back": "پس گرفتن",
  "desk.silentOwn": "صفحهٔ شما از {time} خاموش بود و میزتان منتظر نفر بعد است؛ تا کسی آن را نگرفته، مسئولش شمایید.",
  "desk.silentBack": "برگشتم",
  "desk.silentStrip": "صفحهٔ {who} از {time} خاموش است: {n, plural, =0 {رخدادی باز نیست} other {# رخداد باز}}",
  "desk.silentWho": "صفحهٔ {who} از {time} خاموش است؛ کسی میز را تحویل نداده است",
  "desk.strip": "{who} میز را تحویل داد: {n, plural, =0 {رخدادی باز نیست} other {# رخداد باز}}",
  "desk.look": "دیدن و گرفتن",
  "desk.incidents": "{n, plural, =0 {رخدادی باز نیست} other {باز: # رخداد}}",
  "desk.calls": "{n, plural, other {روی خط یا برای تماس برگشت: # نفر}}",
  "desk.due": "سررسیدها",
  "desk.dueNone": "چیزی سررسید ندارد",
  "desk.due.safety": "بررسی سلامت",
  "desk.due.callBack": "تماس برگشت دیر می‌شود",
  "desk.due.hold": "از نگه‌داری برمی‌گردد",
  "desk.due.alarm": "بالا می‌رود: {alarm}",
  "desk.note": "آنچه نفر بعد باید بداند",
  "desk.noteHint": "در گزارش می‌ماند",
  "desk.stays":
    "تا کسی نگیرد همه چیز نزد شما می‌ماند. اگر کاری باز باشد و تا پنج دقیقه کسی نگیرد، هشدار می‌شود و بالا می‌رود. همه در گزارش می‌ماند.",
  "desk.leaving": "این کارها هنوز با شماست. پیش از خروج تحویل دهید؛ لازم نیست بدانید نفر بعد کیست.",
  "desk.giveLeave": "تحویل و خروج",
  "desk.gone": "این میز دیگر منتظر کسی نیست.",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "leave.title": "Sign out",
  "leave.commands":
    "{n, plural, one {# command has not reached the server yet; it is lost if you leave.} other {# commands have not reached the server yet; they are lost if you leave.}}",
  "leave.forms":
    "{n, plural, one {# call form is unfinished; it stays on this desk and is there when you sign in again.} other {# call forms are unfinished; they stay on this desk and are there when you sign in again.}}",
  "leave.nothing": "Everything has reached the server.",
  "leave.stay": "Stay",
  "leave.out": "Sign out",
  "desk.open": "Hand over",
  "desk.give": "Hand the desk over at the end of the shift",
  "desk.take": "Take the desk over",
  "desk.giveDo": "Hand over to the next one",
  "desk.takeDo": "Seen and taken over",
  "desk.who": "{who} handed it over at {time}",
  "desk.waiting": "You have handed the desk over; until somebody takes it, you answer for it.",
  "desk.back": "Take back",
  "desk.silentOwn":
    "Your screen was silent since {time} and your desk waits for somebody; until it is taken, you answer for it.",
  "desk.silentBack": "I am back",
  "desk.silentStrip":
    "{who}’s screen has been silent since {time}: {n, plural, =0 {nothing is open} one {# open incident} other {# open incidents}}",
  "desk.silentWho": "{who}’s screen has been silent since {time}; nobody handed the desk over",
  "desk.strip":
    "{who} handed the desk over: {n, plural, =0 {nothing is open} one {# open incident} other {# open incidents}}",
  "desk.look": "Look and take",
  "desk.incidents": "{n, plural, =0 {No incident is open} one {Open: # incident} other {Open: # incidents}}",
  "desk.calls":
    "{n, plural, one {On the line or to call back: # caller} other {On the line or to call back: # callers}}",
  "desk.due": "Falls due",
  "desk.dueNone": "Nothing falls due",
  "desk.due.safety": "Safety check",
  "desk.due.callBack": "A call-back becomes late",
  "desk.due.hold": "Comes back from hold",
  "desk.due.alarm": "Climbs: {alarm}",
  "desk.note": "What the next one should know",
  "desk.noteHint": "It stays on record",
  "desk.stays":
    "Until somebody takes it everything stays yours. When something is open and nobody takes it within five minutes, it becomes an alarm that climbs. All of it is on record.",
  "desk.leaving": "You still answer for this. Hand it over before you leave; you need not know who comes next.",
  "desk.giveLeave": "Hand over and sign out",
  "desk.gone": "This desk waits for nobody any more.",
};

export const messages = catalogue(fa, en);
