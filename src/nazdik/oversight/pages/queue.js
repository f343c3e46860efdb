// The board of a queue: numbers and nothing else of anybody. Read from across a room, or on the telephone of whoever waits.
import { ask, begin, both, clock, el, listed, note, number, put, t } from "./base.js";
import { WORDS } from "./words.js";
import "./words_meetings.js";

const EVERY_MS = 4_000;
const main = begin(WORDS, "board", "title_queue");
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
    put(now, board.called.length ? listed(board.called.map(number)) : "—");
    put(next, board.waiting.length ? number(board.waiting[0]) : "—");
    put(rest, both`${t("waiting_n", { n: number(board.waiting.length) })} · ${t("expected_n", { n: number(board.expected) })}`);
    said.replaceChildren();
    put(age, t("as_of", { at: clock(seen) }));
  } catch (problem) {
    const unknown = problem.code === "oversight.session_not_found";
    said.replaceChildren(note(unknown ? t("queue_none") : seen ? t("stale", { at: clock(seen) }) : problem.message, "bad"));
    if (unknown) return;
  }
  setTimeout(look, EVERY_MS);
}

addEventListener("hashchange", () => location.reload());
look();
