// The meeting desk: a month of meetings as calendar and as list, one of them with its queue, and every open promise.
import { apart, both, el, listed, moment, note, number, place, t } from "./base.js";
import { month, today, weekday } from "./jalali.js";
import { meetingView, promise } from "./meeting.js";
import { monthGrid, newMeeting } from "./meeting_form.js";
import "./words_meetings.js";

const LOOK_MS = 15_000;

// Fills `root`; `call` asks the desk's doors. Returns how to stop looking.
export function meetingDesk(root, { call, session, dayName }) {
  const left = el("section", {}), right = el("section", {}), given = el("div", { "aria-live": "polite" });
  let shown = today(), chosen = null, open = null, last = null, seen = "", calendar = true, alive = true, fetched = new Date();

  // What is drawn anew keeps the focus where it was, and what somebody has begun to write.
  const keepFocus = (draw) => {
    const held = document.activeElement?.dataset?.k;
    const drafts = [...root.querySelectorAll("[data-draft]")].filter((one) => one.value && one.value !== one.dataset.was).map((one) => [one.dataset.draft, one.value]);
    draw();
    for (const [name, value] of drafts) { const one = root.querySelector(`[data-draft="${CSS.escape(name)}"]`); if (one) one.value = value; }
    if (held) root.querySelector(`[data-k="${CSS.escape(held)}"]`)?.focus();
  };
  const fail = (box, problem, retry) => box.replaceChildren(note(problem.message, "bad"), el("div", { class: "row" }, el("button", { type: "button", onclick: retry }, t("again"))));
  const slow = (box) => { const timer = setTimeout(() => box.replaceChildren(el("p", { class: "quiet", role: "status" }, t("loading"))), 300); return () => clearTimeout(timer); };

  async function list({ quiet = false } = {}) {
    const { days, name, year } = month(shown);
    const done = quiet ? () => {} : slow(left);
    try {
      const found = await call(`/v1/meetings?since=${days[0]}&until=${days.at(-1)}`);
      keepFocus(() => draw(found, days, name, year));
    } catch (problem) { if (!quiet) fail(left, problem, () => list()); } finally { done(); }
  }

  function draw(found, days, name, year) {
    const counts = new Map();
    for (const one of found.sessions) if (one.cancelled === null) counts.set(one.day, (counts.get(one.day) ?? 0) + 1);
    const turnMonth = async (step, focus = false) => {
      shown = step < 0 ? days[0] - 1 : days.at(-1) + 1;
      await list();
      if (focus) left.querySelector('.month [tabindex="0"]')?.focus();
    };
    const choose = (day) => { chosen = chosen === day ? null : day; keepFocus(() => draw(found, days, name, year)); };
    const rows = found.sessions.filter((one) => chosen === null || !calendar || one.day === chosen);
    const nav = (word, go) => el("button", { type: "button", "data-k": word, onclick: go }, t(word));
    const row = (one) => el("tr", { "aria-selected": String(one.id === open) },
      el("td", {}, el("button", { type: "button", "data-k": `open-${one.id}`, onclick: () => show(one.id) }, both`${weekday(one.day)} ${moment(one.starts_at)}`)),
      el("td", {}, apart(one.official), el("br"), el("span", { class: "quiet" }, apart(one.place))),
      el("td", {}, one.cancelled !== null ? el("span", { class: "late" }, t("called_off", { why: one.cancelled })) : t("of_turns", { n: number(one.booked + one.served), all: number(one.turns) })));
    left.replaceChildren(
      el("h2", {}, t("meetings")),
      el("div", { class: "row" }, el("button", { type: "button", class: "main", "data-k": "new", "data-key": "KeyM", onclick: fresh }, t("meeting_new"), " ", el("kbd", {}, "M")),
        el("button", { type: "button", "data-k": "how", onclick: () => { calendar = !calendar; keepFocus(() => draw(found, days, name, year)); } }, t(calendar ? "as_list" : "as_calendar"))),
      el("div", { class: "row" }, nav("month_before", () => turnMonth(-1)), el("strong", { "aria-live": "polite" }, both`${name} ${number(year)}`), nav("month_after", () => turnMonth(1)), nav("month_now", () => { shown = today(); list(); })),
      calendar ? monthGrid({ days, counts, chosen, choose, turnMonth }) : "",
      rows.length ? el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...["when_starts", "who_where", "turns_taken"].map((word) => el("th", { scope: "col" }, t(word))))), el("tbody", {}, ...rows.map(row)))) : el("p", { class: "quiet" }, t("no_meetings")),
      el("h2", {}, t("owed_all")),
      ...(found.owed.length ? found.owed.map((owed) => promise(owed.promise, owed, { act: actOn, dayName, of: owed.session })) : [el("p", { class: "quiet" }, t("agenda_none"))]));
  }

  const actOn = (id, name, body) => async (event) => {
    event.preventDefault();
    try {
      await call(`/v1/meetings/${id}/acts/${name}`, body());
      await Promise.all([list({ quiet: true }), open ? show(open, { quiet: true }) : null]);
    } catch (problem) { event.target.append(note(problem.message, "bad")); }
  };

  function fresh() {
    open = null;
    const form = newMeeting({
      desks: session.desks, day: chosen ?? today() + 1, dayName, back: () => right.replaceChildren(el("p", { class: "quiet" }, t("choose_meeting"))), send: (body, once) => call("/v1/meetings/series", body, { once }),
      made: async (answer) => {
        const closed = listed(answer.left_out.map((one) => both`${dayName(one.day)}${one.why ? ` (${one.why})` : ""}`));
        right.replaceChildren(note(t("announced", { n: number(answer.made.length) }), "good"), answer.left_out.length ? note(t("left_out", { days: closed })) : "");
        await list({ quiet: true });
      },
    });
    right.replaceChildren(form);
    form.querySelector("h2").focus();
  }

  async function show(id, { quiet = false } = {}) {
    if (id !== last) given.replaceChildren();
    last = id;
    const done = quiet ? () => {} : slow(right);
    open = id;
    try {
      const view = await call(`/v1/meetings/${id}`);
      if (open !== id || !alive) return;
      const text = JSON.stringify(view);
      fetched = new Date();
      right.querySelector(".stale")?.remove();
      // Nothing is drawn anew while somebody types, nor when nothing is new.
      const typing = quiet && right.contains(document.activeElement) && /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName);
      if ((quiet && text === seen) || typing) return;
      seen = text;
      keepFocus(() => meetingView(view, { box: right, call, dayName, given, show: () => show(id), changed: async () => { await show(id, { quiet: false }); await list({ quiet: true }); } }));
      if (!quiet && !root.contains(document.activeElement)) right.querySelector("h2")?.focus();
    } catch (problem) {
      if (!quiet) fail(right, problem, () => show(id));
      else if (!right.querySelector(".stale")) right.prepend(note(t("stale", { at: moment(fetched.toISOString()) }), "bad stale"));
    } finally { done(); }
  }

  // Keys of this page: each stands on its button. Not while somebody writes.
  const keys = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) return;
    const button = root.querySelector(`[data-key="${event.code}"]:not(:disabled)`);
    if (button) { event.preventDefault(); button.click(); }
  };
  document.addEventListener("keydown", keys);
  const timer = setInterval(() => { if (open && !document.querySelector("dialog[open]")) show(open, { quiet: true }); }, LOOK_MS);
  right.replaceChildren(el("p", { class: "quiet" }, t("choose_meeting")));
  root.replaceChildren(el("div", { class: "two" }, left, right));
  list();
  return () => { alive = false; clearInterval(timer); document.removeEventListener("keydown", keys); };
}
