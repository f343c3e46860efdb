// Words of the desk's further parts: topics that many sent, and limits on contact. Persian, English.
import { addWords } from "./base.js";

addWords({
  loading: ["در حال آوردن…", "Loading…"], again: ["دوباره", "Try again"],
  topics_about: ["پیام‌هایی که پنج نفر یا بیشتر با همین واژه‌ها فرستاده‌اند. یک پاسخ به همه می‌رسد؛ هیچ پرونده‌ای با آن بسته نمی‌شود.", "What five people or more sent in the same words. One answer reaches all; it closes no case."],
  topics_none: ["اکنون موضوعی نیست که چند نفر با واژه‌های یکسان فرستاده باشند.", "Nothing was sent by many in the same words now."],
  sent_by: ["{n} پیام، {unread} در انتظار پاسخ", "{n} messages, {unread} wait for an answer"], all_answered: ["به همه پاسخ داده شده", "all have their answer"],
  answer_all: ["پاسخ به همه", "Answer them all"], answer_all_hint: ["کسی که پیش‌تر پاسخ گرفته، دوباره نمی‌گیرد.", "Who has an answer already gets no second one."], answered_n: ["پاسخ به {n} نفر رسید. پرونده‌ها باز می‌ماند.", "The answer reached {n}. The cases stay open."],
  its_cases: ["پرونده‌های این موضوع", "Cases of this topic"], topics_apart: ["{n} موضوع را چند نفر با واژه‌های یکسان فرستاده‌اند؛ در «موضوع‌های همسان» است و نه اینجا.", "Sent by many in the same words: {n}, under “Same words” and not here."],
  limits_about: ["تصمیم‌های نوشته دربارهٔ راه تماس در یک پرونده. شکایت تازه همیشه باز است و هر تصمیم روز بازنگری دارد.", "Written decisions on how to be in contact about one case. New complaints stay open, and each decision has a day on which it is looked at again."],
  limits_none: ["تماس هیچ‌کس محدود نیست.", "Nobody's contact is limited."], look_again: ["بازنگری", "Looked at again"], by_whom: ["تصمیم‌گیرنده", "Decided by"], why_limited: ["چرا", "Why"],
  limit_contact: ["محدود کردن تماس", "Limit contact"], limit_why: ["تصمیم نوشته (شهروند می‌خواند)", "The written decision (the citizen reads it)"], limit_hint: ["برای سرپرست میز، تا ۹۲ روز. حق شکایت می‌ماند.", "For a supervisor, up to 92 days. The right to complain stays."], limit_day: ["روز بازنگری", "Looked at again on"],
  limited_until: ["تماس محدود است؛ بازنگری {day}", "Contact is limited; looked at again on {day}"], lift_limit: ["برداشتن محدودیت", "Lift the limit"], lift_why: ["چرا برداشته می‌شود؟", "Why is it lifted?"], keep_limit: ["ادامه تا روز دیگر", "Keep it until another day"], limit_late: ["زمان بازنگری رسیده", "to be looked at now"],
});
