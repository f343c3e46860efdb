/** The words of paper. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "paper.title": "کاغذ",
  "paper.print": "چاپ بستهٔ کاغذی",
  "paper.keep": "نگه داشتن در یک فایل هم، هر {n} ثانیه",
  "paper.save": "ذخیرهٔ بسته در یک فایل",
  "paper.stop": "دیگر نگه ندار",
  "paper.about": "رخدادهای باز، واحدهای در خدمت و برگهٔ خام تماس؛ بی‌کارساز باز می‌شود. هر بار در دفتر بازبینی می‌ماند.",
  "paper.kept": "بسته تا {time} در فایل است",
  "paper.failed": "بسته ذخیره نشد: {why}",
  "paper.ready": "آخرین بسته: {time}؛ هر {n} ثانیه تازه می‌شود و بی‌کارساز هم چاپ می‌شود",
  "paper.none": "هنوز بسته‌ای خوانده نشده است",
  "paper.old": "کارساز پاسخ نداد؛ بستهٔ {time} چاپ شد",
  "paper.lost": "فایل دیگر نوشتنی نیست؛ دوباره برگزینید",
  "paper.file": "بستهٔ-کاغذی",
  "paper.sheet": "چاپ برگه",
  "paper.blocked": "مرورگر پنجره‌ای باز نکرد؛ پنجره‌های این نشانی را مجاز کنید",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "paper.title": "Paper",
  "paper.print": "Print the paper pack",
  "paper.keep": "Keep it in a file too, every {n} seconds",
  "paper.save": "Save the pack to a file",
  "paper.stop": "Keep it no longer",
  "paper.about":
    "Open incidents, units on duty and blank call forms; it opens without the server. Each is in the audit log.",
  "paper.kept": "The file has the pack as of {time}",
  "paper.failed": "The pack was not saved: {why}",
  "paper.ready": "Newest pack: {time}; renewed every {n} seconds, and printed without the server too",
  "paper.none": "No pack has been read yet",
  "paper.old": "The server did not answer; the pack of {time} was printed",
  "paper.lost": "The file can be written no more; choose it again",
  "paper.file": "paper-pack",
  "paper.blocked": "The browser opened no window; allow windows of this address",
  "paper.sheet": "Print the sheet",
};

export const messages = catalogue(fa, en);
