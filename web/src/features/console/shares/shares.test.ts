import { expect, test } from "vitest";
import { sharesOf } from "./shares";

test("a row more or less moves nothing until a step is full, and no pane takes all the room", () => {
  expect(sharesOf({ waiting: 0, working: 0, calls: 0 })).toEqual({ waiting: 3, working: 3, calls: 2 });
  expect(sharesOf({ waiting: 4, working: 7, calls: 2 })).toEqual(sharesOf({ waiting: 5, working: 9, calls: 1 }));
  expect(sharesOf({ waiting: 6, working: 10, calls: 3 })).toEqual({ waiting: 8, working: 13, calls: 4 });
  expect(sharesOf({ waiting: 400, working: 400, calls: 400 })).toEqual({ waiting: 11, working: 13, calls: 6 });
});
