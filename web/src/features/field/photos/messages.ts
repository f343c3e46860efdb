/** What the handheld says of pictures. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "photo.take": "عکس",
    "photo.label": "گرفتن عکس از صحنه",
    "photo.waiting": "{n, plural, other {# عکس در صف فرستادن}}",
    "photo.sent": "{n, plural, other {# عکس فرستاده شد}}",
    "photo.busy": "عکس آماده می‌شود…",
    "photo.unreadable": "این پرونده عکس نیست. دوباره بگیرید.",
  },
  {
    "photo.take": "Photo",
    "photo.label": "Take a photo of the scene",
    "photo.waiting": "{n, plural, one {# photo waits to be sent} other {# photos wait to be sent}}",
    "photo.sent": "{n, plural, one {# photo sent} other {# photos sent}}",
    "photo.busy": "Preparing the photo…",
    "photo.unreadable": "This file is no photo. Take it again.",
  },
);
