// The board of a queue: numbers and nothing else of anybody. Read from across a room, or on the telephone of whoever waits.
import { ask, begin, el, lang, listed, note, number, t } from "./base.js";
import { WORDS } from "./words.js";
import "./words_meetings.js";

const EVERY_MS = 4_000;
const main = begin(WORDS, "board", "title_queue");
const clock = new Intl.DateTimeFormat(lang === "fa" ? "fa-IR" : "en-GB", { timeStyle: "short", timeZone: "Asia/Tehran" });
const said = el("div", {}), age = el("p", { class: "quiet" });
const big = (word) => { const value = el("p", { class: "number" }, "—"); return [el("section", { class: "card" }, el("h2", {}, t(word)), value), value]; };
const [nowCard, now] = big("now_in"), [nextCard, next] = big("next_in");
const rest = el("p", {});
main.replaceChildren(el("div", { class: "board" }, nowCard, nextCard), rest, said, age);
nowCard.setAttribute("aria-live", "polite");
let seen = null;

async function look() {
  try {
    const board = await ask(`/v1/meetings/${encodeURIComponent(location.hash.slice(1))}/board`);
    seen = new Date();
    now.textContent = listed(board.called.map(number)) || "—";
    next.textContent = board.waiting.length ? number(board.waiting[0]) : "—";
    rest.textContent = `${t("waiting_n", { n: number(board.waiting.length) })} · ${t("expected_n", { n: number(board.expected) })}`;
    said.replaceChildren();
    age.textContent = t("as_of", { at: clock.format(seen) });
  } catch (problem) {
    const unknown = problem.code === "oversight.session_not_found";
    said.replaceChildren(note(unknown ? t("queue_none") : seen ? t("stale", { at: clock.format(seen) }) : problem.message, "bad"));
    if (unknown) return;
  }
  setTimeout(look, EVERY_MS);
}

addEventListener("hashchange", () => location.reload());
look();
