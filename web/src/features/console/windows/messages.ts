/** The words of the windows of a seat. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "windows.title": "پنجره‌ها",
  "windows.queues": "صف‌ها در پنجرهٔ خود",
  "windows.map": "نقشه در پنجرهٔ خود",
  "windows.detail": "رخداد در پنجرهٔ خود",
  "windows.units": "واحدها در پنجرهٔ خود",
  "windows.board": "تابلوی وضعیت در پنجرهٔ خود",
  "windows.all": "صف، نقشه و رخداد، هر کدام جای پیشین خود",
  "windows.blocked": "مرورگر پنجرهٔ تازه را باز نکرد؛ برای این نشانی اجازه دهید",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "windows.title": "Windows",
  "windows.queues": "Queues in their own window",
  "windows.map": "Map in its own window",
  "windows.detail": "Incident in its own window",
  "windows.units": "Units in their own window",
  "windows.board": "Status board in its own window",
  "windows.all": "Queues, map and incident, each where it was",
  "windows.blocked": "The browser opened no window; allow it for this address",
};

export const messages = catalogue(fa, en);
