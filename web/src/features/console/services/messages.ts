/** Other services at an incident. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "services.title": "خدمت‌ها",
    "services.asked": "خواسته شد {time}",
    "services.by": "به دست {who}",
    "services.release": "دیگر لازم نیست",
    "services.already": "{name} از {time} خواسته شده است",
  },
  {
    "services.title": "Services",
    "services.asked": "asked {time}",
    "services.by": "by {who}",
    "services.release": "No longer needed",
    "services.already": "{name} was asked at {time}",
  },
);
