import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "drill.only": "تنها {office}",
    "drill.back": "یک یگان بالاتر",
    "drill.key": "بر یک یگان پایین‌تر: تنها رخدادها و یگان‌های خودش؛ Esc بالا می‌رود",
  },
  {
    "drill.only": "{office} only",
    "drill.back": "One office up",
    "drill.key": "on an office below: its incidents and its offices only; Esc leads up",
  },
);
