/** What a crew reads of other services at its incident. */

import { catalogue } from "../../../i18n/catalogue";
import { serviceWords } from "../../../i18n/services";

export const messages = catalogue(
  {
    ...serviceWords.fa,
    "services.asked": "مرکز خواست:",
    "services.released": "دیگر نمی‌آید:",
    "services.at": "خواسته {time}",
    "services.not": "نمی‌آید",
  },
  {
    ...serviceWords.en,
    "services.asked": "Asked:",
    "services.released": "Not coming any more:",
    "services.at": "asked {time}",
    "services.not": "not coming",
  },
);
