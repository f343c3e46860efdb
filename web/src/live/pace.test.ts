import { expect, test } from "vitest";
import { Pace, type Wanted } from "./pace";

class Page {
  nowMs = 0;
  framesCome = true;
  #due: { at: number; run: () => void }[] = [];
  readonly pace = new Pace({
    now: () => this.nowMs,
    frame: (run) => {
      if (this.framesCome) run();
    },
    later: (run, ms) => {
      const due = { at: this.nowMs + ms, run };
      this.#due.push(due);
      return () => {
        this.#due = this.#due.filter((each) => each !== due);
      };
    },
  });
  shown: number[] = [];

  show(wanted: Wanted = "inTurn"): () => void {
    return this.pace.next(() => this.shown.push(this.nowMs), wanted);
  }

  pass(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const next = this.#due.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#due.shift();
      this.nowMs = next.at;
      next.run();
    }
    this.nowMs = until;
  }
}

test("the first news is shown in the next frame, more of it a tenth of a second later", () => {
  const page = new Page();
  page.show();
  expect(page.shown).toEqual([0]);
  page.pass(10);
  page.show();
  page.pass(200);
  expect(page.shown).toEqual([0, 100]);
});

test("while someone types news waits twice as long, and no longer", () => {
  const page = new Page();
  page.show();
  page.pass(10);
  page.pace.typed();
  page.show();
  page.pass(150);
  expect(page.shown).toEqual([0]);
  page.pass(100);
  expect(page.shown).toEqual([0, 200]);
});

test("what somebody waits for comes sooner, and what waited is called off for it", () => {
  const page = new Page();
  page.show();
  page.pass(10);
  const callOff = page.show();
  page.pass(10);
  callOff();
  page.show("soon");
  page.pass(500);
  expect(page.shown).toEqual([0, 30]);
  page.pace.typed();
  page.show();
  page.pass(20);
  page.show("soon");
  page.pass(500);
  expect(page.shown).toEqual([0, 30, 520, 620]);
});

test("a hidden page has no frames and takes the news all the same, once", () => {
  const page = new Page();
  page.framesCome = false;
  page.show();
  page.pass(1_000);
  expect(page.shown).toEqual([250]);
});
