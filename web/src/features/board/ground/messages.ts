import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "ground.late": "{n, plural, other {# رخداد دیر شده}}",
    "ground.old": "داده‌ها {span} پیش",
    "ground.unplaced": "موقعیت‌ها {span} پیش",
    "ground.unheard": "داده‌ای نرسیده",
    "ground.empty": "کسی سر خدمت نیست",
    "ground.silent": "موقعیتی نرسیده",
    "ground.on": "{office}: {what}",
  },
  {
    "ground.late": "{n, plural, one {# incident late} other {# incidents late}}",
    "ground.old": "data {span} old",
    "ground.unplaced": "positions {span} old",
    "ground.unheard": "no data",
    "ground.empty": "nobody on duty",
    "ground.silent": "no positions",
    "ground.on": "{office}: {what}",
  },
);
