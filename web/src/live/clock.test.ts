import { expect, test } from "vitest";
import { ServerClock } from "./clock";

test("whoever looks first after a long while is shown the second that it is", () => {
  let steady = 0;
  const clock = new ServerClock(
    () => steady,
    () => 1_000_000,
  );
  clock.subscribe(() => undefined)();
  steady = 40_000;
  const leave = clock.subscribe(() => undefined);
  expect(clock.second()).toBe(1_040_000);
  leave();
});
