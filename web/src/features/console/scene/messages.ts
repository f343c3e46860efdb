/** What the desk reads of crews' reports and pictures. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
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
