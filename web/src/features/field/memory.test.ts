import { expect, test } from "vitest";
import { readSlip, writeSlip } from "./memory";
import type { Slip } from "./state";

test("a step may be taken back for ten seconds of true time, also when the page was opened anew meanwhile", () => {
  const slip: Slip = { entry: "e" as never, assignment: "p.i1.1", action: "on_scene", label: "1", until: 60_000 };
  writeSlip(slip);
  expect(readSlip(50_000)).toEqual(slip);
  expect(readSlip(59_999)).toEqual(slip);
  expect(readSlip(60_000), "its time is over").toBeNull();
  expect(readSlip(49_000), "the counter was set back: nobody knows any more").toBeNull();
  writeSlip(null);
  expect(readSlip(55_000), "it was taken back already").toBeNull();
});
