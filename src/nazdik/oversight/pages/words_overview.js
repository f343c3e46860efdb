// Words of the commander's overview: Persian, English.
import { addWords } from "./base.js";
import "./words_desk.js";
import "./words_meetings.js";

addWords({
  which_office: ["یگان", "Office"], as_of_midnight: ["تا آغاز {day}.", "As of the beginning of {day}."],
  small_numbers: ["شمارهای کمتر از پنج با هم آمده یا گفته نشده‌اند و پرونده‌ای که به روی شما بسته است در هیچ شماری نیست.", "Numbers below five are put together or not told, and a case that is shut to you is in none of them."],
  too_few: ["برای گفتن، کم است.", "Too few to tell."], too_few_short: ["گفته نمی‌شود", "not told"],
  open_cases: ["باز", "Open"], late_cases: ["دیر", "Late"], promises_late: ["قول حضوری دیرشده", "Spoken promises overdue"], part_late: ["سهم دیرها", "Part that is late"],
  by_office: ["کجا چه مانده و چه دیر است؟", "What is open and late, and where?"], by_kind: ["از هر نوع چه مانده است؟", "What is open of each kind?"], d_office: ["یگان", "Office"],
  late_clocks: ["کدام قول زمان زودتر شکسته؟", "Which promise of time was broken first?"], promise_of_time: ["قول", "Promise"],
  weeks_received: ["هفته به هفته چند تا رسید؟", "How many came, week by week?"], weeks_closed: ["هفته به هفته چند تا پایان یافت؟", "How many ended, week by week?"], weeks: ["از شنبه تا جمعه", "Saturday to Friday"], much: ["اندازه", "Size"],
  from_to: ["{since} تا {until}", "{since} to {until}"], outcomes: ["در این دوازده هفته چگونه پایان یافت؟", "How did they end in these twelve weeks?"],
  owed_aloud: ["در دیدارها چه قولی داده شده است؟", "What was promised at meetings?"], made_where: ["کجا", "Where"],
});
