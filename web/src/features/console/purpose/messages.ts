/** Words with which a desk is asked why. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "purpose.short": "دست‌کم چهار حرف بنویسید؛ در دفتر بازبینی می‌ماند",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "purpose.short": "Write four letters at least; the audit log keeps it",
};

export const messages = catalogue(fa, en);
