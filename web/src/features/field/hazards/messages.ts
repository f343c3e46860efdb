/** The words of a place's hazards on the handheld. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "hazards.read": "خواندم",
  "hazards.isRead": "خوانده شد",
  "hazards.readWhat": "خطر را خواندم: {what}",
  "hazards.severe": "خطر جدی",
};

const en: typeof fa = {
  "hazards.read": "Read",
  "hazards.isRead": "read",
  "hazards.readWhat": "Read: {what}",
  "hazards.severe": "Severe",
};

export const messages = catalogue(fa, en);
