/** What the short report says. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "report.title": "پایان و گزارش کوتاه",
    "report.again": "گزارش کوتاه رخداد {n}",
    "report.people": "افراد",
    "report.vehicles": "خودروها",
    "report.none": "نگفته",
    "report.more": "یکی بیشتر: {what}",
    "report.less": "یکی کمتر: {what}",
    "report.text": "شرح کوتاه (اگر لازم است)",
    "report.how": "نتیجه را لمس کنید؛ کار پایان می‌یابد. تا نیم ساعت می‌توانید گزارش را تغییر دهید.",
    "report.others": "نتیجه‌های دیگر",
    "report.outcome": "نتیجه",
    "report.save": "ثبت گزارش",
    "report.until": "تا ساعت {time} می‌توانید تغییر دهید.",
    "report.open": "گزارش {n} تا {time}",
    "report.over": "زمان تغییر گزارش گذشت",
  },
  {
    "report.title": "Finish and short report",
    "report.again": "Short report of incident {n}",
    "report.people": "People",
    "report.vehicles": "Vehicles",
    "report.none": "not said",
    "report.more": "One more: {what}",
    "report.less": "One less: {what}",
    "report.text": "A few words (if needed)",
    "report.how": "Touch the outcome and you are done. The report can be changed for half an hour.",
    "report.others": "Other outcomes",
    "report.outcome": "Outcome",
    "report.save": "Save the report",
    "report.until": "It can be changed until {time}.",
    "report.open": "Report {n} until {time}",
    "report.over": "The report can no longer be changed",
  },
);
