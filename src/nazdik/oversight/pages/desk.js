import { apart, ask, begin, both, date, dueDay, el, field, isolated, key, moment, note, number, place, t } from "./base.js";
import { caseForms, linkedCard } from "./case_forms.js";
import { contactForm, KINDS } from "./form.js";
import { limitForms } from "./limits.js";
import { handOut, MOVED, statedCard } from "./moved.js";
import { LETTER_WORDS, lettersCard, openLetters } from "./letters.js";
import { comeBack, watch } from "./presence.js";
import { rarerActs } from "./rarer.js";
import { recordingDesk } from "./recordings.js";
import { WORDS } from "./words.js";

const main = begin({ ...WORDS, ...MOVED, ...LETTER_WORDS }, "desk", "title_desk", [["/service-desk", "to_service_desk"]]);
// Kept in this page only: closing it signs out, and no other page can use it.
let token = null, session = null, chosen = null, offices = [];
let leave = null, coming = null, unwatch = () => {};
async function call(path, body, more) {
  try {
    return await ask(path, body, { token, ...more });
  } catch (problem) {
    if (problem.code !== "auth.not_signed_in" || !session) throw problem;
    await shut();
    return ask(path, body, { token, ...more });
  }
}

// One door for everything that waits behind it.
function shut() {
  unwatch();
  coming ??= comeBack(session.person, (password) => ask("/v1/session", { person: session.person, password })).then((fresh) => { coming = null; if (fresh) sitDown(fresh); else end(); });
  return coming;
}

function sitDown(fresh) {
  session = fresh;
  token = fresh.token;
  unwatch();
  unwatch = watch({ idle_s: fresh.idle_s, beat: () => ask("/v1/session", undefined, { token }).catch(() => {}), left: () => { ask("/v1/session", undefined, { token, method: "DELETE" }).catch(() => {}); token = null; shut(); } });
}

function end() {
  unwatch();
  token = session = null;
  leave?.();
  leave = null;
  gate();
}

const officeName = (id) => { const found = offices.find((one) => one.id === id); return found ? place(found) : isolated(id); };
const FINDINGS = ["substantiated", "within_guidelines", "unfounded", "unable_to_determine", "officer_unidentified"];

function gate(problem = "") {
  const person = el("input", { autocomplete: "username", dir: "ltr", required: true }), password = el("input", { type: "password", autocomplete: "current-password", dir: "ltr", required: true });
  const form = el("form", { class: "card" }, field(t("person"), person), field(t("password"), password), problem ? note(problem, "bad") : "", el("div", { class: "row" }, el("button", { class: "main" }, t("sign_in"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      sitDown(await ask("/v1/session", { person: person.value, password: password.value }));
      ({ offices } = await call("/v1/offices"));
      if (session.desks.length) desk();
      else part("overview");
    } catch (refused) { gate(refused.message); }
  });
  main.replaceChildren(form);
  person.focus();
}

const left = el("section", { "aria-label": t("cases") }), right = el("section", { "aria-live": "polite" });

// Each part of the desk is loaded when it is first opened, and says how it is left.
const PARTS = {
  topics: async (root) => (await import("./desk_topics.js")).topicDesk(root, { call, openCase }),
  limits: async (root) => (await import("./desk_topics.js")).limitDesk(root, { call, openCase, dayName }),
  overview: async (root) => (await import("./desk_overview.js")).overview(root, { call, dayName }),
  meetings: async (root) => (await import("./desk_meetings.js")).meetingDesk(root, { call, session, dayName }),
};
const openCase = (id) => { desk(); open(id); };

function tabs(at) {
  const tab = (name, go) => el("button", { type: "button", "aria-current": name === at ? "page" : null, onclick: go }, t(name));
  return el("nav", { class: "row tabs", "aria-label": t("title_desk") }, session.desks.length ? tab("cases", desk) : "", ...partsOfMine().map((name) => tab(name, () => part(name))),
    el("button", { type: "button", onclick: () => { ask("/v1/session", undefined, { token, method: "DELETE" }).catch(() => {}); end(); } }, t("sign_out")));
}

// Who commands an office and sits at no desk has the overview, and nothing else to open.
const partsOfMine = () => (session.desks.length ? Object.keys(PARTS) : ["overview"]);

async function part(name) {
  const root = el("div", {});
  leave?.();
  main.replaceChildren(tabs(name), root);
  try {
    leave = await PARTS[name](root);
  } catch (problem) {
    // A part that could not be loaded says so in the words of a browser, which are for nobody here.
    root.replaceChildren(note(problem instanceof TypeError ? t("offline") : problem.message, "bad"), el("div", { class: "row" }, el("button", { type: "button", onclick: () => part(name) }, t("again"))));
  }
  main.querySelector('[aria-current="page"]').focus();
}

function desk() {
  leave?.();
  leave = null;
  const words = el("input", { type: "search" });
  const closed = el("input", { type: "checkbox" });
  const search = (event) => { event.preventDefault(); list(words.value ? () => call(`/v1/search?q=${encodeURIComponent(words.value)}`) : null); };
  closed.addEventListener("change", () => list(null, closed.checked));
  main.replaceChildren(
    tabs("cases"),
    el("div", { class: "row" }, el("strong", {}, session.desks.flatMap((one, n) => (n ? [" · ", place(one)] : [place(one)]))), el("span", { class: "quiet" }, t("new_call")),
      ...KINDS.map((kind) => el("button", { type: "button", onclick: () => take(kind) }, t(kind))),
      el("button", { type: "button", onclick: () => decrees() }, t("decrees")),
      el("button", { type: "button", onclick: () => right.replaceChildren(...handOut(token)) }, t("hand_out"))),
    el("div", { class: "row" }, el("form", { onsubmit: search }, field(t("search_words"), words)), field(t("closed_too"), closed)),
    el("div", { class: "two" }, left, right));
  right.replaceChildren(el("p", { class: "quiet" }, t("choose_case")));
  list();
}

const DAY_MS = 86_400_000, IRAN_MS = 12_600_000, AHEAD = 90;
const dayName = (day) => date(new Date(day * DAY_MS - IRAN_MS + DAY_MS / 2).toISOString());

// Days that are decreed from one day to the next: dust, heat, a want of power. What is due moves at once.
async function decrees(problem = "") {
  let held;
  try { held = await call("/v1/closures"); } catch (refused) { right.replaceChildren(el("h2", {}, t("decrees")), note(refused.message, "bad")); return; }
  const today = Math.floor((Date.now() + IRAN_MS) / DAY_MS);
  const day = el("select", {}, ...Array.from({ length: AHEAD }, (_, n) => el("option", { value: today + n }, dayName(today + n))));
  const why = el("input", { required: true, maxlength: 300 });
  const office = el("select", {}, ...session.desks.map((desk) => el("option", { value: desk.id }, place(desk))));
  const set = (body) => async (event) => {
    event.preventDefault();
    try {
      await call("/v1/closures", body(), { once: key() });
      decrees();
    } catch (refused) { decrees(refused.message); }
  };
  right.replaceChildren(el("h2", {}, t("decrees")), problem ? note(problem, "bad") : "",
    held.length ? el("table", {}, el("tbody", {}, ...held.map((one) => el("tr", {}, el("th", { scope: "row" }, dayName(one.day)), el("td", {}, place(one.office)), el("td", {}, one.why),
      el("td", {}, el("button", { type: "button", onclick: set(() => ({ office: one.office.id, day: one.day, lift: true })) }, t("lift"))))))) : el("p", { class: "quiet" }, t("nothing")),
    el("form", { class: "card", onsubmit: set(() => ({ office: office.value, day: Number(day.value), why: why.value })) },
      field(t("decree_day"), day), field(t("at_desk", { place: "" }), office), field(t("decree_why"), why), el("div", { class: "row" }, el("button", { class: "main" }, t("decree_add")))));
}

// What could not be brought anew says so above what was there before.
async function list(found = null, closed = false) {
  try { await bring(found, closed); } catch (problem) { left.querySelector(".stale")?.remove(); left.prepend(note(problem.message, "bad stale")); }
}

async function bring(found, closed) {
  // What many sent in the same words would bury everything else: it has a part of its own.
  const [letters, rows, notices, topics] = await Promise.all([call("/v1/letters"), found ? found().then((cases) => ({ cases })) : call(`/v1/cases?closed=${closed}&apart=true`), call("/v1/notices"), found || closed ? [] : call("/v1/topics")]);
  const late = (row) => row.due_at && row.due_at / 1000 < Date.now();
  const due = (row) => (row.due_at ? dueDay(new Date(row.due_at / 1000).toISOString()) : "");
  left.replaceChildren(
    el("h2", {}, t("cases"), both` (${number(rows.cases.length)})`),
    topics.length ? el("p", {}, t("topics_apart", { n: number(topics.length) })) : "",
    rows.cases.length ? el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ...["due", "kind", "opening"].map((name) => el("th", { scope: "col" }, t(name))))),
      el("tbody", {}, ...rows.cases.map((row) => el("tr", { "aria-selected": String(row.id === chosen) },
        el("td", { class: late(row) ? "late" : "" }, due(row)), el("td", {}, t(row.kind), row.serious ? el("strong", { class: "late" }, both` ${t("serious")}`) : ""),
        el("td", {}, el("button", { type: "button", onclick: () => open(row.id) }, row.opening ? apart(row.opening.slice(0, 60)) : t("recordings")), row.self_praise ? el("span", { class: "quiet" }, both` ${t("from_self")}`) : "")))))) : el("p", { class: "quiet" }, t("nothing")),
    openLetters(letters, open),
    el("h2", {}, t("notices")),
    notices.length ? el("ul", {}, ...notices.slice(0, 20).map((one) => el("li", {}, el("button", { type: "button", onclick: () => open(one.case_id) }, both`${t(one.clock)} · ${t(one.stage)}`)))) : el("p", { class: "quiet" }, t("nothing")));
}

function take(kind) {
  right.replaceChildren(contactForm(kind, offices, {
    staff: true, token: () => token, back: () => right.replaceChildren(), send: (body, once) => call("/v1/cases", body, { once }),
    // What was said is read back; the code is read out after it.
    submit: (answer, said) => { right.replaceChildren(el("p", { class: "msg" }, said), el("p", {}, t("read_out")), el("p", {}, isolated(answer.code, "code"))); list(); },
  }));
}

async function open(id) {
  const had = chosen === id;
  chosen = id;
  try {
    show(await call(`/v1/cases/${id}`));
  } catch (problem) { right.replaceChildren(had && problem.code === "oversight.case_not_found" ? note(t("more_gone")) : note(problem.message, "bad")); }
  list();
}

function show(view) {
  const said = el("div", {});
  const act = (name, body = {}) => async (event) => {
    event?.preventDefault();
    try {
      await call(`/v1/cases/${view.id}/acts/${name}`, typeof body === "function" ? body() : body, { once: key() });
      await open(view.id);
    } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
  };
  const button = (name, word, body, kind = "") => el("button", { type: "button", class: kind, onclick: act(name, body) }, t(word));
  const text = el("textarea", { required: true, maxlength: 20000 }), first = el("input", { type: "checkbox" }), inside = el("input", { type: "checkbox" });
  const ending = el("textarea", { required: true, maxlength: 20000 });
  const clock = (one) => {
    const reason = el("input", { "aria-label": t("reason_seen"), placeholder: t("reason_seen") });
    const values = { date: one.due_at ? dueDay(one.due_at) : "", reason: one.reason };
    const stop = one.state === "paused" ? button("resume", "resume", { clock: one.clock }) : ["running", "overdue"].includes(one.state) && one.clock !== "acknowledge" ? [reason, button("pause", "pause", () => ({ clock: one.clock, reason: reason.value }))] : "";
    return el("tr", {}, el("th", { scope: "row" }, t(one.clock)), el("td", { class: one.state === "overdue" ? "late" : "" }, t(one.state, values)), el("td", {}, stop));
  };
  const allegation = (one) => {
    const finding = el("select", { "aria-label": t("finding") }, ...FINDINGS.map((f) => el("option", { value: f }, t(f))));
    return el("tr", {}, el("td", {}, t(one.category)), el("td", {}, one.person ? isolated(one.person) : t("unknown_officer"), one.unit ? el("span", { class: "quiet" }, " ", officeName(one.unit)) : ""),
      el("td", {}, t(one.finding ?? "no_finding")), el("td", {}, view.closed ? "" : el("div", { class: "row" }, finding, button("find", "set", () => ({ number: one.number, finding: finding.value })))));
  };
  right.replaceChildren(
    el("h2", { tabindex: -1 }, t(view.kind), " · ", moment(view.said_at ?? view.received_at)), said,
    view.serious ? note(t("referred_to"), "bad") : "", view.limit ? note(both`${t("limited_until", { day: dayName(view.limit_review_day) })}: ${view.limit}`) : "",
    statedCard(view), linkedCard(view, { open }),
    view.text ? el("p", { class: "msg mine", dir: "auto" }, view.text) : "",
    el("p", { class: "quiet" }, t("handled_by", { who: view.handler || t("nobody") }), " · ", t("at_desk", { place: place(view.office) })),
    view.route.length ? el("p", { class: "quiet" }, t("route_here"), ": ", ...view.route.flatMap((step) => [officeName(step.office), both` (${t(step.rule === "unit" ? "own_unit" : step.rule)}) `])) : "",
    view.closed ? el("p", { class: "msg", dir: "auto" }, view.answer) : el("div", { class: "row" }, view.handler ? "" : button("assign", "take", { handler: session.person }, "main"), button("acknowledge", "say_have")),
    rarerActs(view, { call, session, done: () => open(view.id) }),
    lettersCard(view),
    recordingDesk(view, { token: () => token, act, call, reload: () => open(view.id), say: (words) => said.replaceChildren(note(words, "bad")) }),
    view.allegations.length ? el("div", { class: "scroll" }, el("h3", {}, t("allegations")), el("table", {}, el("tbody", {}, ...view.allegations.map(allegation)))) : "",
    caseForms(view, { call, offices, done: () => open(view.id) }),
    el("h3", {}, t("promises")), el("div", { class: "scroll" }, el("table", {}, el("tbody", {}, ...view.clocks.map(clock)))),
    el("h3", {}, t("messages")),
    ...view.messages.map((m) => el("div", { class: `msg ${m.from_citizen ? "mine" : m.internal ? "inside" : ""}` }, el("span", { class: "quiet" }, t(m.from_citizen ? "you_citizen" : m.internal ? "inside" : "office"), " · ", moment(m.at)), el("br"), apart(m.text))),
    view.closed ? "" : el("form", { onsubmit: act("write", () => ({ text: text.value, answers: first.checked, internal: inside.checked })) },
      field(t("write_citizen"), text), el("div", { class: "row" }, field(t("as_answer"), first), field(t("inside"), inside), el("button", {}, t("set")))),
    limitForms(view, { call, dayName, done: () => open(view.id) }),
    view.closed ? "" : el("form", { onsubmit: act("close", () => ({ answer: ending.value })) }, field(t("close"), ending, t("rare_close_sure")), el("div", { class: "row" }, el("button", {}, t("close")))));
  right.querySelector("h2").focus();
}

gate();
