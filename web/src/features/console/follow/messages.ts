import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "follow.on": "نقشه با واحد می‌رود:",
    "follow.lost": "جای واحد معلوم نیست؛ نقشه تا رسیدن موقعیت می‌ماند:",
    "follow.old": "موقعیت {span} پیش",
    "follow.stop": "رها کردن",
  },
  {
    "follow.on": "The map follows",
    "follow.lost": "Where it is is not known; the map waits for a position of",
    "follow.old": "position {span} ago",
    "follow.stop": "Stop",
  },
);
