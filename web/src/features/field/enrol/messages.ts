import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "enrol.title": "این دستگاه هنوز راه ندارد",
    "enrol.code": "کد دستگاه",
    "enrol.type": "کد را بنویسید.",
    "enrol.enrol": "پیوستن به واحد",
  },
  {
    "enrol.title": "This handheld is not let in",
    "enrol.code": "Code of the device",
    "enrol.type": "Type the code.",
    "enrol.enrol": "Join the unit",
  },
);
