/** Words with which a desk is asked why. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "purpose.short": "دست‌کم چهار حرف بنویسید؛ در دفتر بازبینی می‌ماند",
  "purpose.looks": "{n, plural, =0 {پیش از شما کسی نگاه نکرده است} other {پیش از شما # بار نگاه شده است}}",
  "purpose.yours": "نگاه شما نیز با علتش ثبت شد و به نفر بعد نشان داده می‌شود.",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "purpose.short": "Write four letters at least; the audit log keeps it",
  "purpose.looks":
    "{n, plural, =0 {Nobody looked before you} one {Looked at # time before you} other {Looked at # times before you}}",
  "purpose.yours": "Your look and its reason are recorded too, and shown to whoever looks next.",
};

export const messages = catalogue(fa, en);
