/** What a crew reads of other services at its incident. */

import { catalogue } from "../../../i18n/catalogue";
import { serviceWords } from "../../../i18n/services";

export const messages = catalogue(
  {
    ...serviceWords.fa,
    "services.asked": "مرکز {time} خواست",
    "services.released": "دیگر نمی‌آید",
  },
  {
    ...serviceWords.en,
    "services.asked": "asked by the centre at {time}",
    "services.released": "not coming any more",
  },
);
