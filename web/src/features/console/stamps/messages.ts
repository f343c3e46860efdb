/** The words of the time stamps. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "stamps.title": "زمان‌ها؛ وعده و واقعیت",
  "stamps.part.answer": "زنگ تا پاسخ",
  "stamps.part.entry": "پاسخ تا ثبت رخداد",
  "stamps.part.queue": "ثبت تا فرستادن",
  "stamps.part.delivery": "فرستادن تا زنگ نزد گشت",
  "stamps.part.decision": "زنگ تا پذیرش",
  "stamps.part.turnout": "فرستادن تا راه افتادن",
  "stamps.part.travel": "راه",
  "stamps.part.response": "ثبت تا رسیدن",
  "stamps.part.wait": "انتظار تماس‌گیرنده",
  "stamps.part.scene": "در صحنه",
  "stamps.part.seen": "ثبت تا دیده شدن در نخستین رده",
  "stamps.part.help": "کمک فوری تا دیده شدن",
  "stamps.name": "بخش",
  "stamps.took": "شد",
  "stamps.limit": "قرار",
  "stamps.promised": "وعده {time}",
  "stamps.target": "هدف {time}",
  "stamps.over": "{time} دیرتر",
  "stamps.within": "به‌موقع",
  "stamps.running": "هنوز می‌گذرد",
  "stamps.age": "از آغاز {time}",
  "stamps.since": "پس از واقعهٔ پیشین {time}",
  "stamps.aims": "هدف‌ها را مقررات کلانتری می‌گذارد؛ راه و مهلت پاسخ همان است که به این رخداد وعده شد.",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "stamps.title": "Times; promised and real",
  "stamps.part.answer": "Ringing to answer",
  "stamps.part.entry": "Answer to incident",
  "stamps.part.queue": "Incident to sent",
  "stamps.part.delivery": "Sent to sounded",
  "stamps.part.decision": "Sounded to accepted",
  "stamps.part.turnout": "Sent to en route",
  "stamps.part.travel": "The way",
  "stamps.part.response": "Incident to on scene",
  "stamps.part.wait": "Caller's wait",
  "stamps.part.scene": "On scene",
  "stamps.part.seen": "Incident to seen at the first tier",
  "stamps.part.help": "Emergency to seen",
  "stamps.name": "Part",
  "stamps.took": "Took",
  "stamps.limit": "Agreed",
  "stamps.promised": "promised {time}",
  "stamps.target": "aim {time}",
  "stamps.over": "{time} late",
  "stamps.within": "in time",
  "stamps.running": "still running",
  "stamps.age": "since the beginning {time}",
  "stamps.since": "after the fact before {time}",
  "stamps.aims":
    "Aims are set in the station's rules; the way and the time to answer are what this incident was promised.",
};

export const messages = catalogue(fa, en);
