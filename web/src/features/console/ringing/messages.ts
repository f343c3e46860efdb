/** The words of ringing calls and of those to call back. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "ringing.title": "تماس در حال زنگ",
  "ringing.answer": "پاسخ",
  "ringing.take": "برداشتن",
  "ringing.elsewhere": "در مرکز تلفن پاسخ داده شد؛ هنوز میزی آن را ندارد",
  "ringing.hungUp": "تماس‌گیرنده قطع کرد؛ در فهرست تماس برگشت است",
  "ringing.hungUpPlain": "تماس‌گیرنده قطع کرد",
  "ringing.test": "آزمایشی",
  "ringing.asserted": "شماره را شبکه تأیید کرده است",
  "ringing.notAsserted": "شماره را شبکه تأیید نکرده است",
  "ringing.history": "{n, plural, other {# تماس}} در یک شبانه‌روز",
  "ringing.last": "آخرین: {what} {time}",
  "ringing.noPlace": "جا نامعلوم",
  "ringing.near": "جای تقریبی ±{metres} متر",
  "ringing.more": "{n, plural, other {# تماس دیگر}}",
  "back.title": "تماس برگشت",
  "back.count": "{n, plural, other {# مورد}}",
  "back.late": "{n, plural, other {# مورد دیر شده}}",
  "back.tries": "{n, plural, =0 {هنوز کسی زنگ نزده} other {# بار زنگ زده شد}}",
  "back.call": "زنگ بزنید",
  "back.note": "چرا لازم نیست؟",
  "back.reached": "پاسخ داد",
  "back.no_answer": "جواب نداد",
  "back.busy": "اشغال",
  "back.not_needed": "لازم نیست",
  "back.announce": "تماس برگشت دیر شد: {number}",
};

const en: typeof fa = {
  "ringing.title": "Ringing call",
  "ringing.answer": "Answer",
  "ringing.take": "Take",
  "ringing.elsewhere": "Answered at the exchange; no desk has it yet",
  "ringing.hungUp": "The caller hung up; listed to call back",
  "ringing.hungUpPlain": "The caller hung up",
  "ringing.test": "Test",
  "ringing.asserted": "The network vouches for the number",
  "ringing.notAsserted": "The network does not vouch for the number",
  "ringing.history": "{n, plural, one {# call} other {# calls}} in a day",
  "ringing.last": "last: {what} {time}",
  "ringing.noPlace": "place unknown",
  "ringing.near": "about here, ±{metres} m",
  "ringing.more": "{n, plural, one {# more call} other {# more calls}}",
  "back.title": "Call back",
  "back.count": "{n, plural, one {# item} other {# items}}",
  "back.late": "{n, plural, one {# late} other {# late}}",
  "back.tries": "{n, plural, =0 {nobody has called yet} one {called once} other {called # times}}",
  "back.call": "Call them",
  "back.note": "Why not needed?",
  "back.reached": "Reached",
  "back.no_answer": "No answer",
  "back.busy": "Busy",
  "back.not_needed": "Not needed",
  "back.announce": "A call-back is late: {number}",
};

export type RingingKey = keyof typeof fa;
export const messages = catalogue(fa, en);
