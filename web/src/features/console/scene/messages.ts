/** What the desk reads of crews' reports and pictures. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "scene.backup": "{unit, ltr} نیروی کمکی خواست، {time}",
    "scene.backupUrgent": "{unit, ltr} نیروی کمکی فوری خواست، {time}",
    "scene.reports": "گزارش‌های کوتاه",
    "scene.photos": "عکس‌های صحنه",
    "scene.people": "{n, plural, other {# نفر}}",
    "scene.vehicles": "{n, plural, other {# خودرو}}",
    "scene.photoBy": "عکس {unit, ltr}، {time}",
    "scene.photoNoUnit": "عکس {time}",
    "scene.show": "نمایش عکس‌ها",
    "scene.why": "هر بار دیدن عکس ثبت می‌شود.",
    "scene.large": "بزرگ دیدن {what}",
    "scene.close": "بستن عکس",
  },
  {
    "scene.backup": "{unit, ltr} asked for backup, {time}",
    "scene.backupUrgent": "{unit, ltr} asked for urgent backup, {time}",
    "scene.reports": "Short reports",
    "scene.photos": "Photos of the scene",
    "scene.people": "{n, plural, one {# person} other {# people}}",
    "scene.vehicles": "{n, plural, one {# vehicle} other {# vehicles}}",
    "scene.photoBy": "Photo by {unit, ltr}, {time}",
    "scene.photoNoUnit": "Photo, {time}",
    "scene.show": "Show the photos",
    "scene.why": "Each look at a photo is recorded.",
    "scene.large": "Look at {what} closely",
    "scene.close": "Close the photo",
  },
);
