/** What other services are called, wherever a desk or a crew reads that one was asked. */

import { catalogue } from "./catalogue";

export const serviceWords = catalogue(
  {
    "service.ambulance-115": "اورژانس ۱۱۵",
    "service.fire-125": "آتش‌نشانی ۱۲۵",
    "service.relief-112": "امداد و نجات ۱۱۲",
  },
  {
    "service.ambulance-115": "Ambulance 115",
    "service.fire-125": "Fire brigade 125",
    "service.relief-112": "Red Crescent 112",
  },
);
