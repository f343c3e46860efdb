import { catalogue } from "../../../i18n/catalogue";

/** The crew's own record; apart from the inspector's words, which a handheld does not need before it is opened. */
export const ownMessages = catalogue(
  {
    "looks.own": "چه کسی جای ما را دید",
    "looks.ownHint":
      "نگاه‌های تا یک هفته پیش؛ تازه‌ترها شاید بخشی از یک بررسی باشند. صفحه‌ای که هر روز باز است، روزی یک بار آمده است.",
    "looks.ownNone": "تا یک هفته پیش کسی نگاه نکرده است",
  },
  {
    "looks.own": "Who saw where we were",
    "looks.ownHint":
      "Looks up to a week ago; newer ones may be part of an inquiry. A screen that is open every day is listed once a day.",
    "looks.ownNone": "Nobody looked, up to a week ago",
  },
);
