/** The words of handing a call over. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "transfer.open": "سپردن به…",
  "transfer.title": "سپردن تماس به جای دیگر",
  "transfer.to": "به کجا",
  "transfer.province": "استان {name}",
  "transfer.note": "یادداشت برای گیرنده",
  "transfer.send": "بسپار",
  "transfer.sheet": "برگهٔ سپردن",
  "transfer.from": "از {name} سپرده شده است",
  "transfer.fromNote": "یادداشت فرستنده: {note}",
  "transfer.firstRang": "نخستین زنگ {time}",
  "transfer.back": "پس بده",
  "transfer.backNote": "پس داده شد",
  "transfer.moving": "دارد به {name} سپرده می‌شود",
  "transfer.gone": "به {name} سپرده شد",
  "transfer.all": "شماره، جا، گفته‌ها، پیام‌ها، اجازهٔ پیام و نوبت زنگ‌زدن همه همراه آن می‌رود.",
};

const en: typeof fa = {
  "transfer.open": "Hand over…",
  "transfer.title": "Hand the call over",
  "transfer.to": "To",
  "transfer.province": "{name} province",
  "transfer.note": "A note for whoever takes it",
  "transfer.send": "Hand over",
  "transfer.sheet": "Hand-over sheet",
  "transfer.from": "Handed over by {name}",
  "transfer.fromNote": "The sender's note: {note}",
  "transfer.firstRang": "first rang {time}",
  "transfer.back": "Give back",
  "transfer.backNote": "Given back",
  "transfer.moving": "Being handed over to {name}",
  "transfer.gone": "Handed over to {name}",
  "transfer.all": "Number, places, words, messages, consent to texts and a due call-back all go with it.",
};

export const messages = catalogue(fa, en);
