/** What the desk reads around short messages. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "talk.title": "پیام‌ها",
    "talk.write": "پیام به {unit, ltr}",
    "talk.writeAll": "پیام به همهٔ واحدهای این رخداد",
    "talk.send": "فرستادن",
    "talk.empty": "چیزی نوشته نشده",
    "talk.failed": "فرستاده نشد؛ دوباره بزنید",
    "talk.desk": "مرکز",
    "talk.sent": "فرستاده شد",
    "talk.delivered": "رسید {time}",
    "talk.read": "خوانده شد {time}",
    "talk.unread": "{n, plural, other {# پیام نخوانده از {unit, ltr}}}",
    "talk.more": "{n, plural, =0 {} other {و # واحد دیگر}}",
    "talk.nobody": "واحدی سر این رخداد نیست",
    "talk.quick": "پیام آماده",
    "talk.quick.where": "کجایید؟",
    "talk.quick.call": "با مرکز تماس بگیرید",
    "talk.quick.status": "وضعیت را بگویید",
  },
  {
    "talk.title": "Messages",
    "talk.write": "Message to {unit, ltr}",
    "talk.writeAll": "Message to all units on this incident",
    "talk.send": "Send",
    "talk.empty": "Nothing is written",
    "talk.failed": "Not sent; press again",
    "talk.desk": "Centre",
    "talk.sent": "sent",
    "talk.delivered": "delivered {time}",
    "talk.read": "read {time}",
    "talk.unread": "{n, plural, one {# unread message from {unit, ltr}} other {# unread messages from {unit, ltr}}}",
    "talk.more": "{n, plural, =0 {} other {and # more units}}",
    "talk.nobody": "No unit works on this incident",
    "talk.quick": "Ready messages",
    "talk.quick.where": "Where are you?",
    "talk.quick.call": "Call the centre",
    "talk.quick.status": "Tell us how it stands",
  },
);
