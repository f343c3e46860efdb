/** Who else has an incident open. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "beside.open": "{who} هم این رخداد را باز دارد، {span} است",
    "beside.comma": "، ",
  },
  {
    "beside.open": "{who} has it open too, for {span}",
    "beside.comma": ", ",
  },
);
