/** A key told to whoever keeps taking the mouse. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  { "teach.key": "«{name}» با کلید هم می‌شود:" },
  { "teach.key": "“{name}” has a key:" },
);
