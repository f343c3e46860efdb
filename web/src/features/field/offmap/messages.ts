/** The map that a handheld carries with it. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "offmap.title": "نقشهٔ همراه",
    "offmap.why": "نقشهٔ {area} روی دستگاه می‌ماند و بی‌شبکه هم دیده می‌شود.",
    "offmap.counting": "حجم شمرده می‌شود…",
    "offmap.get": "گرفتن {size}",
    "offmap.again": "گرفتن دوباره، {size}",
    "offmap.mb": "{n} مگابایت",
    "offmap.coming": "{done} از {all} رسید",
    "offmap.kept": "{area}، {size}، گرفته‌شده {span} پیش",
    "offmap.old": "نقشهٔ مرکز تازه‌تر است؛ دوباره بگیرید.",
    "offmap.delete": "حذف نقشه",
    "offmap.wifi": "روی وای‌فای بگیرید",
    "offmap.offline": "شبکه نیست",
    "offmap.failed": "گرفتن نقشه نیمه‌کاره ماند؛ آنچه بود سر جایش است.",
    "offmap.cannot": "این مرورگر نقشه نگه نمی‌دارد.",
  },
  {
    "offmap.title": "Map on this device",
    "offmap.why": "The map of {area} stays on the device and is there without a network.",
    "offmap.counting": "Counting its size…",
    "offmap.get": "Get {size}",
    "offmap.again": "Get it again, {size}",
    "offmap.mb": "{n} MB",
    "offmap.coming": "{done} of {all} here",
    "offmap.kept": "{area}, {size}, fetched {span} ago",
    "offmap.old": "The centre's map is newer; get it again.",
    "offmap.delete": "Delete the map",
    "offmap.wifi": "Get it on Wi-Fi",
    "offmap.offline": "There is no network",
    "offmap.failed": "The map did not come whole; what was there is untouched.",
    "offmap.cannot": "This browser keeps no maps.",
  },
);
