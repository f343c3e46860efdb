// The form of a meeting: announced anew, once or in a series, or changed; turns that somebody took stay as they are.
import { both, el, field, key, note, number, place, spoken, t } from "./base.js";
import { at, column, dayOf, gregorian, minutesOf, parts, today, weekday } from "./jalali.js";

export const NEEDS = ["women_only", "wheelchair", "arabic"];
const AHEAD = 180, QUARTERS = Array.from({ length: 60 }, (_, n) => 6 * 60 + n * 15);
const two = (value) => spoken(() => String(number(value)).padStart(2, number(0)));
export const hour = (minutes) => both`${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const option = (value, text, selected = false) => el("option", { value, selected }, text);

export function daySelect(from, days, chosen, dayName) {
  return el("select", {}, ...Array.from({ length: days }, (_, n) => option(from + n, dayName(from + n), from + n === chosen)));
}

function offersOf(slot, held) {
  return NEEDS.map((need) => {
    const box = el("input", { type: "checkbox", checked: slot.offers.includes(need), disabled: held && (slot.offers.includes(need) || need === "women_only"), "aria-label": t(need) });
    box.addEventListener("change", () => { slot.offers = NEEDS.filter((one) => (one === need ? box.checked : slot.offers.includes(one))); });
    return el("label", { class: "tick" }, box, el("span", { "aria-hidden": "true" }, t(need)));
  });
}

function turnsTable(slots, { held = () => false, out } = {}) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ...["turns_taken", "time", "offers"].map((name) => el("th", { scope: "col" }, t(name))), out ? el("th", { scope: "col" }, el("span", { class: "unseen" }, t("take_out"))) : "")),
    el("tbody", {}, ...slots.map((slot) => el("tr", {},
      el("th", { scope: "row" }, slot.number ? t("turn_no", { n: number(slot.number) }) : t("turn_new")), el("td", {}, hour(slot.minutes)),
      el("td", {}, el("div", { class: "ticks" }, ...offersOf(slot, held(slot)))),
      out ? el("td", {}, held(slot) ? el("span", { class: "quiet" }, t("held_stays")) : el("button", { type: "button", onclick: () => out(slot) }, t("take_out"))) : "")))));
}

export function newMeeting({ desks, day, dayName, send, back, made }) {
  const office = el("select", {}, ...desks.map((desk) => option(desk.id, place(desk))));
  const official = el("input", { required: true, maxlength: 300 }), where = el("input", { required: true, maxlength: 300 });
  const on = daySelect(today(), AHEAD, day, dayName), first = el("select", {}, ...QUARTERS.map((m) => option(m, hour(m), m === 10 * 60)));
  const each = el("select", {}, ...[5, 10, 15, 20, 30, 60].map((m) => option(m, number(m), m === 15)));
  const upTo = (most, chosen) => el("select", {}, ...Array.from({ length: most }, (_, n) => option(n + 1, number(n + 1), n + 1 === chosen)));
  const count = upTo(100, 8);
  const every = el("select", {}, option("once", t("once")), option("week", t("weekly")), option("day", t("daily")));
  const times = upTo(53, 1), timesRow = el("div", { hidden: true }, field(t("times_all"), times));
  const turns = el("div", {}), said = el("div", {}), go = el("button", { class: "main" }, t("announce")), once = key();
  let slots = [];
  const draw = () => {
    slots = Array.from({ length: Number(count.value) }, (_, n) => ({ number: n + 1, minutes: Number(first.value) + n * Number(each.value), offers: slots[n]?.offers ?? [] })).filter((slot) => slot.minutes < 24 * 60);
    turns.replaceChildren(turnsTable(slots));
  };
  for (const one of [first, each, count]) one.addEventListener("change", draw);
  every.addEventListener("change", () => { timesRow.hidden = every.value === "once"; times.value = { once: 1, week: 12, day: 7 }[every.value]; });
  draw();
  const submit = async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      const body = { office: office.value, place: where.value, official: official.value, every: every.value === "day" ? "day" : "week", times: Number(times.value),
        slots: slots.map((slot) => ({ starts_at: at(Number(on.value), slot.minutes).toISOString(), offers: slot.offers })) };
      made(await send(body, once));
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); go.disabled = false; }
  };
  return el("form", { class: "card", onsubmit: submit }, el("h2", { tabindex: -1 }, t("meeting_new")),
    desks.length > 1 ? field(t("at_desk", { place: "" }), office) : "", field(t("official"), official, t("official_hint")), field(t("where_meets"), where),
    el("div", { class: "fields" }, field(t("day_first"), on), field(t("first_turn"), first), field(t("minutes_each"), each), field(t("how_many"), count), field(t("repeats"), every), timesRow),
    turns, said, el("div", { class: "row" }, go, el("button", { type: "button", onclick: back }, t("back"))));
}

export function changeMeeting({ session, used, send, back, made }) {
  const day = dayOf(session.slots[0].starts_at);
  const official = el("input", { required: true, maxlength: 300, value: session.official }), where = el("input", { required: true, maxlength: 300, value: session.place });
  let slots = session.slots.map((slot) => ({ number: slot.number, minutes: minutesOf(slot.starts_at), micros: new Date(slot.starts_at).getTime() * 1000, offers: slot.offers }));
  const turns = el("div", {}), said = el("div", {}), once = key();
  const draw = () => turns.replaceChildren(turnsTable(slots, { held: (slot) => used.has(slot.number), out: (slot) => { slots = slots.filter((one) => one !== slot); draw(); } }));
  const add = () => {
    const last = slots.at(-1)?.minutes ?? 10 * 60, gap = slots.length > 1 ? last - slots.at(-2).minutes : 15;
    const minutes = Math.min(last + gap, 24 * 60 - 1);
    slots = [...slots, { number: 0, minutes, micros: at(day, minutes).getTime() * 1000, offers: [] }];
    draw();
  };
  draw();
  const submit = async (event) => {
    event.preventDefault();
    try {
      await send({ place: where.value, official: official.value, slots: slots.map((slot) => ({ number: slot.number, starts_at: slot.micros, offers: slot.offers })) }, once);
      made();
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  return el("form", { class: "card", onsubmit: submit }, el("h2", { tabindex: -1 }, t("change")), field(t("official"), official), field(t("where_meets"), where),
    turns, el("div", { class: "row" }, el("button", { type: "button", onclick: add }, t("add_turn"))), said,
    el("div", { class: "row" }, el("button", { class: "main" }, t("save_change")), el("button", { type: "button", onclick: back }, t("back"))));
}

// A month as a grid: arrows move by days and weeks, Page Up and Page Down by months, as in every calendar.
export function monthGrid({ days, counts, chosen, choose, turnMonth }) {
  const now = today(), weeks = [];
  const start = days[0] - column(days[0]);
  for (let from = start; from <= days.at(-1); from += 7) weeks.push(Array.from({ length: 7 }, (_, n) => from + n));
  const focused = days.includes(chosen) ? chosen : days.includes(now) ? now : days[0];
  const press = (day) => (event) => {
    const rtl = document.documentElement.dir === "rtl";
    const step = { ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (event.key === "PageUp" || event.key === "PageDown") { event.preventDefault(); turnMonth(event.key === "PageUp" ? -1 : 1, true); return; }
    if (!step) return;
    event.preventDefault();
    const to = grid.querySelector(`[data-k="day-${day + step}"]`);
    if (to) { event.target.tabIndex = -1; to.tabIndex = 0; to.focus(); } else turnMonth(step < 0 ? -1 : 1, true);
  };
  const cell = (day) => {
    if (!days.includes(day)) return el("td", { class: "out" }, "");
    const many = counts.get(day) ?? 0, heard = (text) => el("span", { class: "unseen" }, text);
    return el("td", {}, el("button", { type: "button", "data-k": `day-${day}`, tabindex: day === focused ? 0 : -1, "aria-pressed": String(day === chosen), class: day === now ? "today" : "", onclick: () => choose(day), onkeydown: press(day) },
      heard(weekday(day)), el("strong", {}, number(parts(day).day)), el("small", { dir: "ltr", lang: "en" }, gregorian(day)), many ? el("span", { class: "many" }, number(many), heard(t("meetings"))) : ""));
  };
  const grid = el("table", { class: "month" }, el("thead", {}, el("tr", {}, ...weeks[0].map((day) => el("th", { scope: "col", abbr: weekday(day) }, weekday(day, true))))),
    el("tbody", {}, ...weeks.map((week) => el("tr", {}, ...week.map(cell)))));
  return grid;
}
