import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "enrol.code": "کد دستگاه",
    "enrol.type": "کد را بنویسید.",
    "enrol.enrol": "پیوستن به واحد",
  },
  {
    "enrol.code": "Code of the device",
    "enrol.type": "Type the code.",
    "enrol.enrol": "Join the unit",
  },
);
