// One meeting at its desk: the queue, what was promised before, the minutes, what is promised now.
import { apart, both, el, field, isolated, key, lang, listed, moment, note, number, place, spoken, t } from "./base.js";
import { dayOf, minutesOf, today } from "./jalali.js";
import { changeMeeting, daySelect, hour } from "./meeting_form.js";

const HELD = ["booked", "arrived", "called"], PROMISE_DAYS = 365;

// Shows a meeting in `box`. `act(name, body)` does something with it, `show()` brings it anew, `dayName` names a day.
// `given` holds the codes that were just given out: each is shown once, so it stays until it is put away.
export function meetingView(view, { box, call, dayName, show, changed, given }) {
  const { session } = view, id = session.id;
  const said = el("div", {});
  const act = (path, name, body) => async (event) => {
    event?.preventDefault();
    try {
      await call(`/v1/meetings/${path}/acts/${name}`, typeof body === "function" ? body() : body, { once: key() });
      // What was sent is no draft any more.
      if (event?.type === "submit") for (const one of event.target.querySelectorAll("[data-draft]")) one.value = "";
      await changed();
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  const on = (name, word, body, more = {}) => el("button", { type: "button", onclick: act(id, name, body), ...more }, t(word));
  const over = dayOf(session.slots.at(-1).starts_at) < today();

  const change = () => {
    const form = changeMeeting({ session, used: new Set(view.turns.map((turn) => turn.queue_no)), back: show, made: changed, send: (body, once) => call(`/v1/meetings/${id}/acts/change`, body, { once }) });
    box.replaceChildren(form);
    form.querySelector("h2").focus();
  };
  const why = el("input", { required: true, maxlength: 300 });
  const callOff = el("details", {}, el("summary", {}, t("call_off")), el("form", { onsubmit: act(id, "cancel", () => ({ why: why.value })) }, field(t("call_off_why"), why, view.told ? t("call_off_told") : ""), el("div", { class: "row" }, el("button", {}, t("call_off")))));

  const parts = [
    el("h2", { tabindex: -1, "data-k": "meeting" }, apart(session.official), " · ", apart(moment(session.slots[0].starts_at))),
    el("p", {}, apart(session.place), " · ", apart(place(session.office))), said,
    view.cancelled === null ? "" : note(t("called_off", { why: view.cancelled }), "bad"),
    view.cancelled === null && !over ? el("div", { class: "row" }, el("button", { type: "button", onclick: change }, t("change")), callOff) : "",
    view.cancelled === null ? queue(view, { act, on, call, changed, said, given }) : "",
    el("h3", {}, t("agenda")),
    ...(view.agenda.length ? view.agenda.map((owed) => promise(owed.promise, owed, { act, dayName, of: owed.session })) : [el("p", { class: "quiet" }, t("agenda_none"))]),
    ...minutes(view, act, id), ...promises(view, { act, dayName, id }),
  ];
  box.replaceChildren(...parts.filter(Boolean));
}

function queue(view, { act, on, call, changed, said, given }) {
  const { session, board } = view, id = session.id;
  const turnOf = (no, states) => view.turns.find((turn) => turn.queue_no === no && states.includes(turn.state));
  const next = board.waiting.length ? turnOf(board.waiting[0], ["arrived"]) : null, called = board.called.length ? turnOf(board.called[0], ["called"]) : null;
  const tell = el("input", { inputmode: "tel", autocomplete: "off", dir: "ltr", maxlength: 40, "data-draft": `tell-${id}` });
  const list = (numbers) => (numbers.length ? listed(numbers.map(number)) : t("nobody_in"));
  const book = (slot) => async () => {
    try {
      const got = await call(`/v1/meetings/${id}/turns`, { slot: slot.number, needs: slot.offers, tell: tell.value, lang }, { once: key() });
      tell.value = "";
      const card = el("div", {}, note(both`${t("turn_for", { n: number(got.queue_no), at: moment(got.starts_at) })}. ${t("read_code")}`, "good"),
        el("p", { class: "row" }, isolated(got.code, "code"), el("button", { type: "button", onclick: () => card.remove() }, t("put_away"))));
      given.append(card);
      await changed();
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  const buttons = (turn, slot) => {
    const one = (name, word, more = {}) => on(name, word, { booking_id: turn.id, ...more }, { "data-k": `${name}-${more.state ?? ""}-${turn.id}` });
    const late = new Date(slot.starts_at) <= new Date();
    if (turn.state === "booked") return [one("check-in", "check_in"), late ? one("end-booking", "not_come", { state: "no_show" }) : one("end-booking", "gives_back", { state: "cancelled" })];
    if (turn.state === "arrived") return [one("call-in", "call_in"), one("end-booking", "gives_back", { state: "cancelled" })];
    return [one("end-booking", "served_done", { state: "served" }), late ? one("end-booking", "not_come", { state: "no_show" }) : ""];
  };
  const row = (slot) => {
    const turns = view.turns.filter((turn) => turn.queue_no === slot.number && turn.state !== "cancelled");
    const turn = turns.at(-1), held = turn && HELD.includes(turn.state);
    const needs = (turn ? turn.needs : slot.offers).map((need) => el("span", { class: "need" }, t(need)));
    const free = slot.free && (new Date(slot.starts_at) > new Date() || turn?.state === "no_show");
    return el("tr", { class: turn?.state === "called" ? "in" : "" }, el("th", { scope: "row" }, number(slot.number)), el("td", {}, hour(minutesOf(slot.starts_at))),
      el("td", {}, turn ? t(`s_${turn.state}`) : el("span", { class: "quiet" }, t("s_free")), " ", ...needs),
      el("td", {}, el("div", { class: "row tight" }, ...(held ? buttons(turn, slot) : []), free ? el("button", { type: "button", "data-k": `book-${slot.number}`, onclick: book(slot) }, t("book_for")) : "")));
  };
  return el("section", {}, el("h3", {}, t("queue")),
    el("div", { class: "now" }, el("p", {}, t("now_in"), " ", el("strong", {}, list(board.called))), el("p", {}, t("next_in"), " ", el("strong", {}, board.waiting.length ? number(board.waiting[0]) : t("nobody_in"))),
      el("p", { class: "quiet" }, t("waiting_n", { n: number(board.waiting.length) }), " · ", t("expected_n", { n: number(board.expected) }))),
    el("div", { class: "row" },
      el("button", { type: "button", class: "main", "data-k": "next", "data-key": "KeyN", disabled: !next, title: next ? "" : t("nobody_waits"), onclick: next && act(id, "call-in", { booking_id: next.id }) }, t("call_next"), " ", el("kbd", {}, "N")),
      el("button", { type: "button", "data-k": "done", "data-key": "KeyD", disabled: !called, title: called ? "" : t("nobody_called"), onclick: called && act(id, "end-booking", { booking_id: called.id, state: "served" }) }, t("served_done"), " ", el("kbd", {}, "D")),
      el("a", { href: spoken(() => `/queue${location.search}#${id}`), target: "_blank", rel: "noopener" }, t("open_board"))),
    given,
    view.told ? field(t("tell_caller"), tell, t("tell_caller_hint")) : "",
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...["turns_taken", "time", "state_needs"].map((name) => el("th", { scope: "col" }, t(name))), el("th", { scope: "col" }, el("span", { class: "unseen" }, t("change"))))),
      el("tbody", {}, ...session.slots.map(row)))));
}

export function promise(one, { put_off, starts_at, official }, { act, dayName, of }) {
  const how = el("input", { required: true, maxlength: 2000 }), reason = el("input", { required: true, maxlength: 2000 });
  const from = Math.max(today(), one.due_day + 1), to = daySelect(from, PROMISE_DAYS, from + 6, dayName);
  const late = one.due_day < today();
  return el("article", { class: "card" }, el("p", {}, one.text),
    el("p", { class: "quiet" }, t("owner"), ": ", apart(one.owner), " · ", el("span", { class: late && !one.how ? "late" : "" }, both`${t("due_promise")} ${dayName(one.due_day)}`, late && !one.how ? both`، ${t("promise_late")}` : ""), starts_at ? [" · ", apart(official), " · ", dayName(dayOf(new Date(starts_at / 1000).toISOString()))] : ""),
    ...(put_off ?? []).map((each) => el("p", { class: "quiet" }, t("was_put_off", { day: dayName(each.from_day) }), apart(each.why))),
    one.how ? el("p", { class: "kept" }, t("kept_how"), apart(one.how)) : el("div", { class: "row top" },
      el("details", {}, el("summary", {}, t("keep")), el("form", { onsubmit: act(of, "keep", () => ({ number: one.number, how: how.value })) }, field(t("keep_how"), how), el("div", { class: "row" }, el("button", {}, t("set"))))),
      el("details", {}, el("summary", {}, t("put_off")), el("form", { onsubmit: act(of, "put-off", () => ({ number: one.number, due_day: Number(to.value), why: reason.value })) }, field(t("put_off_to"), to), field(t("put_off_why"), reason), el("div", { class: "row" }, el("button", {}, t("set")))))));
}

function minutes(view, act, id) {
  const text = el("textarea", { required: true, maxlength: 20000, value: view.minutes, "data-draft": `minutes-${id}`, "data-was": view.minutes, "aria-label": t("minutes") });
  return [el("h3", {}, t("minutes")), el("p", { class: "quiet" }, t("minutes_hint")), el("form", { onsubmit: act(id, "minutes", () => ({ text: text.value })) }, text, el("div", { class: "row" }, el("button", {}, t("save_minutes"))))];
}

function promises(view, { act, dayName, id }) {
  const text = el("input", { required: true, maxlength: 2000, "data-draft": `promise-${id}` }), owner = el("input", { required: true, maxlength: 300, "data-draft": `owner-${id}` }), due = daySelect(today(), PROMISE_DAYS, today() + 7, dayName);
  return [el("h3", {}, t("promises_here")), ...(view.promises.length ? view.promises.map((one) => promise(one, one, { act, dayName, of: id })) : [el("p", { class: "quiet" }, t("promises_none"))]),
    el("form", { class: "card", onsubmit: act(id, "promise", () => ({ text: text.value, owner: owner.value, due_day: Number(due.value) })) },
      field(t("promise_text"), text), el("div", { class: "fields" }, field(t("owner"), owner), field(t("due_promise"), due)), el("div", { class: "row" }, el("button", {}, t("add_promise"))))];
}
