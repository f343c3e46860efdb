/** Asking for another unit. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "backup.title": "نیروی کمکی",
    "backup.tile": "نیروی کمکی",
    "backup.why": "نزدیک‌ترین واحد آزاد فرستاده می‌شود.",
    "backup.urgent": "فوری",
    "backup.urgentWhy": "همین حالا کمک لازم است. اولویت ۱ می‌شود و زنگ مرکز می‌خورد.",
    "backup.routine": "عادی",
    "backup.routineWhy": "یک واحد دیگر لازم است، خطری نیست.",
    "backup.hold": "نگه دارید",
    "backup.keep": "نگه دارید…",
    "backup.waiting": "درخواست کمک در صف فرستادن است — اگر فوری است بی‌سیم بزنید",
    "backup.asked": "درخواست کمک ثبت شد",
    "backup.askedUrgent": "درخواست کمک فوری ثبت شد",
    "backup.coming": "کمک در راه است: {who, ltr}",
    "backup.there": "کمک رسید: {who, ltr}",
    "backup.nobody": "هنوز کسی آزاد نیست؛ مرکز خبر دارد",
  },
  {
    "backup.title": "Backup",
    "backup.tile": "Backup",
    "backup.why": "The nearest free unit is sent.",
    "backup.urgent": "Urgent",
    "backup.urgentWhy": "Help is needed now. It becomes priority 1 and rings at the centre.",
    "backup.routine": "Routine",
    "backup.routineWhy": "Another unit is needed, there is no danger.",
    "backup.hold": "hold",
    "backup.keep": "Keep holding…",
    "backup.waiting": "The request waits to be sent — if it is urgent, use the radio",
    "backup.asked": "Backup was asked for",
    "backup.askedUrgent": "Urgent backup was asked for",
    "backup.coming": "Backup is on its way: {who, ltr}",
    "backup.there": "Backup is there: {who, ltr}",
    "backup.nobody": "Nobody is free yet; the centre knows",
  },
);
