/** The words of incidents on hold. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "hold.title": "نگه‌داشته",
  "hold.count": "{n, plural, other {# مورد}}",
  "hold.do": "نگه داشتن",
  "hold.release": "برگرداندن به صف",
  "hold.why": "چرا نگه داشته شود؟",
  "hold.words": "علت با جمله",
  "hold.wordsFirst": "اولویت ۱ با جمله نگه داشته می‌شود: نخست علت را بنویسید",
  "hold.otherFirst": "نخست علت را بنویسید",
  "hold.minutes": "{n} دقیقه",
  "hold.for": "تا کِی؟",
  "hold.until": "نگه داشته تا {time}؛ سپس هشدار می‌شود",
  "hold.by": "{who}: {reason}",
  "hold.reason.caller": "منتظر پاسخ تماس‌گیرنده",
  "hold.reason.other_service": "خدمت دیگری در محل است",
  "hold.reason.appointment": "قرار برای زمان دیگر",
  "hold.reason.no_danger": "خطری نیست و کسی آزاد نیست",
  "hold.reason.other": "علت دیگر",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "hold.title": "On hold",
  "hold.count": "{n, plural, one {# item} other {# items}}",
  "hold.do": "Hold",
  "hold.release": "Back to the queue",
  "hold.why": "Why is it put on hold?",
  "hold.words": "Reason in words",
  "hold.wordsFirst": "A priority 1 is held for a reason in words: write it first",
  "hold.otherFirst": "Write the reason first",
  "hold.minutes": "{n} min",
  "hold.for": "For how long?",
  "hold.until": "On hold until {time}; then it is an alarm",
  "hold.by": "{who}: {reason}",
  "hold.reason.caller": "Waiting for the caller's answer",
  "hold.reason.other_service": "Another service is there",
  "hold.reason.appointment": "Agreed for another time",
  "hold.reason.no_danger": "No danger, and nobody free",
  "hold.reason.other": "Another reason",
};

export const messages = catalogue(fa, en);
