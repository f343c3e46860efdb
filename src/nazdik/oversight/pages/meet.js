import { ask, begin, el, field, isolated, key, lang, moment, note, number, place, spoken, t } from "./base.js";
import { WORDS } from "./words.js";

const main = begin(WORDS, "citizen", "title_meet", [["/", "to_contact"]]);
const NEEDS = ["women_only", "wheelchair", "arabic"];
const mine = el("section", { class: "card", "aria-live": "polite", tabindex: -1 });
const list = el("div", {});
// One key for each wish until it is answered: what arrived and was not heard of is not taken twice.
const keys = new Map();

function check(name) {
  const box = el("input", { type: "checkbox", id: `need-${name}` });
  return [box, el("div", { class: "row" }, box, el("label", { for: box.id }, t(name)))];
}

function own(code = "", problem = "") {
  const typed = el("input", { inputmode: "numeric", autocomplete: "off", dir: "ltr", required: true, maxlength: 40, value: code });
  const show = async (event) => {
    event.preventDefault();
    try {
      turn(await ask("/v1/bookings/show", { code: typed.value }), typed.value);
    } catch (refused) { own(typed.value, refused.message); }
  };
  mine.replaceChildren(el("h2", {}, t("my_turn")), el("form", { onsubmit: show }, field(t("code"), typed, t("code_hint")), problem ? note(problem, "bad") : "", el("div", { class: "row" }, el("button", {}, t("open")))));
}

// The number stands alone in its own direction.
const textTo = (to) => { const side = (n) => spoken(() => String(t("give_by_text", { n: "\u0000" })).split("\u0000")[n]); return [side(0), isolated(to), side(1)]; };

function turn(view, code, fresh = false) {
  const back = async () => {
    try {
      turn(await ask("/v1/bookings/cancel", { code }), code);
      load();
    } catch (refused) { own(code, refused.message); }
  };
  mine.replaceChildren(el("h2", {}, t("turn", { n: number(view.queue_no), at: moment(view.starts_at) })),
    view.place ? el("p", {}, view.place) : "", view.state ? el("p", {}, t(`s_${view.state}`)) : "", view.why ? note(t("called_off_why", { why: view.why }), "bad") : "",
    fresh ? el("p", {}, isolated(code, "code")) : "", fresh ? el("p", { class: "quiet" }, t("keep_code"), view.text_to ? el("span", {}, " ", ...textTo(view.text_to)) : "") : "",
    ["booked", "arrived", "called"].includes(view.state ?? "booked") ? el("p", {}, el("a", { href: spoken(() => `/queue${location.search}#${view.session}`) }, t("see_queue"))) : "",
    el("div", { class: "row no-print" }, el("button", { type: "button", onclick: () => print() }, t("print")), ["booked", "arrived"].includes(view.state ?? "booked") ? el("button", { type: "button", onclick: back }, t("give_back")) : ""));
  mine.focus();
}

async function load() {
  const found = await Promise.all([ask("/v1/meetings"), ask("/v1/told")]).catch((refused) => { list.replaceChildren(note(refused.message, "bad")); return null; });
  if (!found) return;
  const [sessions, told] = found;
  const boxes = NEEDS.map(check);
  const said = el("div", {});
  const tell = el("input", { inputmode: "tel", autocomplete: "off", dir: "ltr", maxlength: 40 });
  const book = (session) => async () => {
    const wish = { needs: NEEDS.filter((_, n) => boxes[n][0].checked), tell: tell.value, lang }, name = JSON.stringify([session.id, wish]);
    if (!keys.has(name)) keys.set(name, key());
    try {
      const got = await ask(`/v1/meetings/${session.id}/bookings`, wish, { once: keys.get(name) });
      keys.delete(name);
      turn({ ...got, place: session.place }, got.code, true);
      load();
    } catch (refused) { said.replaceChildren(note(refused.message, "bad")); }
  };
  const card = (session) => {
    const free = session.slots.filter((slot) => slot.free);
    return el("section", { class: "card" }, el("h2", {}, session.official), el("p", {}, session.place, " · ", place(session.office)),
      el("p", {}, moment(session.slots[0].starts_at), " · ", t("free", { n: number(free.length) })),
      el("div", { class: "row" }, el("button", { type: "button", class: "main", disabled: !free.length, onclick: book(session) }, t("take_turn"))));
  };
  list.replaceChildren(sessions.length ? el("fieldset", {}, el("legend", {}, t("needs")), ...boxes.map(([, row]) => row), told.by_text ? field(t("tell_number"), tell, t("tell_number_hint")) : "") : note(t("meet_none")), said, ...sessions.map(card));
}

own();
main.replaceChildren(el("p", {}, t("meet_about")), list, mine);
load();
