import { ask, begin, dueDay, el, field, key, listed, moment, note, place, t } from "./base.js";
import { recordingField, recordingLines } from "./recordings.js";
import { WORDS } from "./words.js";

const main = begin(WORDS, "citizen", "title_follow", [["/", "to_contact"], ["/verify", "to_verify"]]);
// A code read from paper comes behind the #, which no server is sent; it leaves the address and the history at once.
let code = decodeURIComponent(location.hash.slice(1));
if (code) history.replaceState(null, "", location.pathname + location.search);

function gate(problem = "") {
  const typed = el("input", { inputmode: "numeric", autocomplete: "off", dir: "ltr", required: true, maxlength: 40, value: code });
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); code = typed.value; load(); } },
    field(t("code"), typed, t("code_hint")), problem ? note(problem, "bad") : "", el("div", { class: "row" }, el("button", { class: "main" }, t("open"))));
  main.replaceChildren(form);
  typed.focus();
}

async function load() {
  try {
    show(await ask("/v1/follow-up", { code }));
  } catch (problem) {
    gate(problem.message);
  }
}

const list = (all) => listed(all.map(place));
const promise = (clock) => {
  const values = { date: clock.due_at ? dueDay(clock.due_at) : "", reason: clock.reason };
  const kind = clock.state === "overdue" ? "late" : clock.state.startsWith("kept") ? "kept" : "";
  return el("tr", {}, el("th", { scope: "row" }, t(clock.clock)), el("td", { class: kind }, t(clock.state, values)));
};

function show(view) {
  const said = el("div", {});
  const act = (path, body) => async (event) => {
    event.preventDefault();
    try {
      show(await ask(path, { code, ...(await body()) }, { once: key() }));
    } catch (problem) {
      said.replaceChildren(note(problem.message, "bad"));
    }
  };
  const words = el("textarea", { required: true, maxlength: 20000 }), grounds = el("textarea", { required: true, maxlength: 4000 });
  const recording = recordingField({ changed: (there) => { words.required = !there; } });
  const save = async () => {
    const file = new Blob([JSON.stringify(await ask("/v1/follow-up/receipt", { code }))], { type: "application/json" });
    el("a", { href: URL.createObjectURL(file), download: "197.json" }).click();
  };
  main.replaceChildren(
    el("section", { class: "card" }, el("h2", {}, t("stands")), el("p", {}, el("strong", {}, t(`state_${view.state}`)), " · ", t(view.kind)),
      el("p", {}, t("at_desk", { place: place(view.office) })), view.passed.length ? el("p", { class: "quiet" }, t("passed", { places: list(view.passed) })) : "",
      view.next_due_at ? el("p", {}, t("next_date", { date: dueDay(view.next_due_at) })) : "", view.referred_to ? note(view.referral_signed_at ? t("referral_signed", { at: moment(view.referral_signed_at) }) : t("referral_open")) : "",
      view.withdrawal ? note(t(`w_${view.withdrawal}`)) : "", view.review ? note(t(`r_${view.review}`)) : "", view.limited ? note(view.limited) : "", view.joined ? note(t("joined_about")) : ""),
    view.answer ? el("section", { class: "card" }, el("h2", {}, t("answer")), el("p", { class: "msg" }, view.answer)) : "",
    el("section", { class: "card" }, el("h2", {}, t("promises")), el("table", {}, el("tbody", {}, ...view.clocks.map(promise)))),
    el("section", { class: "card" }, el("h2", {}, t("messages")),
      el("div", { class: "msg mine" }, el("span", { class: "quiet" }, t("you"), " · ", moment(view.said_at ?? view.received_at)), el("br"), view.text || t("recordings")),
      ...view.messages.map((m) => el("div", { class: m.from_citizen ? "msg mine" : "msg" }, el("span", { class: "quiet" }, t(m.from_citizen ? "you" : "office"), " · ", moment(m.at)), el("br"), m.text)),
      ...recordingLines(view.recordings),
      view.recordings.some((one) => !one.destroyed_at && one.voice !== "type_out") ? el("form", { class: "no-print", onsubmit: act("/v1/follow-up/destroy-recordings", () => ({})) }, el("button", { "aria-describedby": "rd" }, t("rec_wish")), el("p", { class: "quiet", id: "rd" }, t("rec_wish_hint"))) : "", view.messages.length ? "" : el("p", { class: "quiet" }, t("no_messages")),
      el("form", { class: "no-print", onsubmit: act("/v1/follow-up/messages", async () => ({ text: words.value, recordings: await recording.sent() })) }, field(t("your_words"), words), recording.element, el("div", { class: "row" }, el("button", { class: "main" }, t("add"))))),
    said,
    view.may_ask_review ? el("form", { class: "card no-print", onsubmit: act("/v1/follow-up/review", () => ({ grounds: grounds.value })) }, el("h2", {}, t("ask_review")), field(t("grounds"), grounds), el("div", { class: "row" }, el("button", {}, t("send_review")))) : "",
    el("div", { class: "row no-print" }, el("button", { type: "button", onclick: save }, t("save")), el("button", { type: "button", onclick: () => print() }, t("print")),
      view.state !== "closed" && view.kind === "complaint" && !view.withdrawal ? el("form", { onsubmit: act("/v1/follow-up/withdraw", () => ({})) }, el("button", { "aria-describedby": "wd" }, t("withdraw"))) : ""),
    view.state !== "closed" && view.kind === "complaint" && !view.withdrawal ? el("p", { class: "quiet", id: "wd" }, t("withdraw_sure")) : "");
}

if (code) load();
else gate();
