/** What the handheld says of short messages before their page is opened. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "talk.title": "پیام‌ها",
    "talk.new": "{n, plural, other {پیام‌ها (#)}}",
    "talk.from": "پیام مرکز",
    "talk.read": "خواندم",
  },
  {
    "talk.title": "Messages",
    "talk.new": "{n, plural, other {Messages (#)}}",
    "talk.from": "Message from the centre",
    "talk.read": "Read",
  },
);
