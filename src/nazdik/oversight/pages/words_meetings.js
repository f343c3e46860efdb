// Words of the meeting desk and of the board of a queue: Persian, English.
import { addWords } from "./base.js";

addWords({
  loading: ["در حال آوردن…", "Loading…"], stale: ["پیوند نیست. آنچه می‌بینید از ساعت {at} است.", "No connection. What you see is of {at}."], again: ["دوباره", "Try again"],
  meeting_new: ["دیدار تازه", "New meeting"], as_calendar: ["تقویم", "Calendar"], as_list: ["فهرست", "List"],
  month_before: ["ماه پیش", "Month before"], month_after: ["ماه بعد", "Month after"], month_now: ["این ماه", "This month"],
  no_meetings: ["در این ماه دیداری نیست. با «دیدار تازه» یکی اعلام کنید.", "No meeting in this month. Announce one with “New meeting”."],
  choose_meeting: ["دیداری را برگزینید.", "Choose a meeting."],
  when_starts: ["آغاز", "Begins"], who_where: ["با که و کجا", "With whom and where"], turns_taken: ["نوبت‌ها", "Turns"], of_turns: ["{n} از {all}", "{n} of {all}"],
  called_off: ["لغو شد: {why}", "Called off: {why}"], is_over: ["برگزار شده", "Over"],
  official: ["دیدار با", "Meeting with"], official_hint: ["سمت کسی که می‌نشیند، یا «میز خدمت»", "The post of who sits there, or “service desk”"], where_meets: ["کجا", "Where"],
  day_first: ["روز", "Day"], first_turn: ["نخستین نوبت", "First turn"], minutes_each: ["هر نوبت، دقیقه", "Minutes each"], how_many: ["چند نوبت", "How many turns"],
  repeats: ["تکرار", "Repeats"], once: ["یک بار", "Once"], weekly: ["هر هفته", "Every week"], daily: ["هر روز (هفتهٔ پلیس)", "Every day (Police Week)"], times_all: ["چند بار در همه", "How many times in all"],
  announce: ["اعلام کردن", "Announce"], change: ["تغییر", "Change"], save_change: ["ثبت تغییر", "Save the change"], add_turn: ["افزودن نوبت", "Add a turn"], take_out: ["برداشتن", "Take out"],
  turn_no: ["نوبت {n}", "Turn {n}"], turn_new: ["نوبت تازه", "New turn"], held_stays: ["کسی گرفته است؛ می‌ماند", "taken; it stays"], offers: ["برای", "For"],
  announced: ["{n} دیدار اعلام شد.", "{n} meetings announced."], left_out: ["این روزها تعطیل است و کنار گذاشته شد: {days}", "Closed and left out: {days}"],
  call_off: ["لغو دیدار", "Call it off"], call_off_why: ["چرا لغو می‌شود؟ (هر که نوبت دارد می‌خواند)", "Why is it called off? (Whoever has a turn reads it)"],
  queue: ["صف", "Queue"], open_board: ["تابلوی صف (برای دیوار)", "Board of the queue (for the wall)"], now_in: ["اکنون", "Now"], next_in: ["بعدی", "Next"], waiting_n: ["{n} نفر در انتظار", "{n} waiting"], expected_n: ["{n} نفر هنوز نیامده", "{n} not here yet"],
  nobody_in: ["هیچ‌کس", "Nobody"], call_next: ["فراخواندن بعدی", "Call the next"], call_in: ["فراخواندن", "Call in"], check_in: ["آمد", "Is here"], served_done: ["انجام شد", "Done"], not_come: ["نیامد", "Did not come"], gives_back: ["پس داد", "Gave it back"],
  nobody_waits: ["کسی که آمده باشد در انتظار نیست.", "Nobody who is here waits."], nobody_called: ["کسی فراخوانده نشده است.", "Nobody is called in."],
  s_booked: ["گرفته شده", "Booked"], s_arrived: ["آمده، در انتظار", "Here, waiting"], s_called: ["فراخوانده شد", "Called in"], s_free: ["آزاد", "Free"], state_needs: ["وضع و نیاز", "State and needs"], put_away: ["یادداشت شد", "Written down"], time: ["ساعت", "Time"],
  book_for: ["گرفتن برای کسی", "Take for somebody"], read_code: ["این کد را بخوانید یا بنویسید و بدهید:", "Read this code out or write it down for them:"], turn_for: ["نوبت {n}، {at}", "Turn {n}, {at}"],
  agenda: ["دستور جلسه: قول‌های پیشین", "Agenda: promises made before"], agenda_none: ["قول باز نمانده است.", "No promise is open."], promises_here: ["قول‌های این دیدار", "Promises of this meeting"], promises_none: ["هنوز قولی داده نشده است.", "Nothing was promised yet."],
  promise_text: ["چه قولی داده شد؟", "What was promised?"], owner: ["به عهدهٔ", "Owner"], due_promise: ["تا روز", "By"], add_promise: ["ثبت قول", "Take the promise down"], 
  kept_how: ["عمل شد: ", "Kept: "], keep: ["عمل شد", "Kept"], keep_how: ["چه شد؟", "How was it kept?"], put_off: ["عقب انداختن", "Put off"], put_off_why: ["چرا؟", "Why?"], put_off_to: ["تا روز", "To"], was_put_off: ["عقب افتاد از {day}: ", "Put off from {day}: "], promise_late: ["از موعد گذشت", "overdue"],
  minutes: ["صورت‌جلسه", "Minutes"], minutes_hint: ["چه گفته شد؛ بی نام مراجعه‌کننده.", "What was said; without names of visitors."], save_minutes: ["ثبت صورت‌جلسه", "Save the minutes"], owed_all: ["قول‌های باز", "Open promises"],
  title_queue: ["نوبت‌ها · ۱۹۷", "Queue · 197"], queue_none: ["این دیدار شناخته نشد. نشانی را دوباره ببینید.", "This meeting is not known. Check the address."], as_of: ["ساعت {at}", "At {at}"],
});
