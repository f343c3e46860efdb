/** The words of a place's hazards on the handheld. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "hazards.read": "خواندم",
  "hazards.isRead": "خوانده شد",
  "hazards.readWhat": "خطر را خواندم: {what}",
  "hazards.severe": "خطر جدی",
};

const en: typeof fa = {
  "hazards.read": "I have read it",
  "hazards.isRead": "read",
  "hazards.readWhat": "I have read the hazard: {what}",
  "hazards.severe": "severe",
};

export const messages = catalogue(fa, en);
