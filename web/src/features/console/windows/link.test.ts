import { expect, test } from "vitest";
import { emptyForm, useDesk } from "../store";
import type { Channel, Message } from "./link";
import { SeatLink, viewOf } from "./link";
import { featuresOf } from "./places";

/** A channel whose other end is the test. */
function channel() {
  const said: Message[] = [];
  const made: Channel = { postMessage: (message) => said.push(message), onmessage: null, close: () => undefined };
  const hear = (message: Message) => made.onmessage?.({ data: message } as MessageEvent<Message>);
  return { made, said, hear };
}

test("what is done in one window is told to the others once, and not back again", () => {
  const { made, said, hear } = channel();
  const link = new SeatLink(made);
  expect(said.splice(0), "a new window asks where the others stand").toEqual([{ t: "hello" }]);
  useDesk.getState().select("p.i1" as never);
  expect(said).toMatchObject([{ t: "desk", change: { selected: "p.i1" } }]);
  hear({ t: "desk", change: { selected: "p.i2" as never, end: "unit" } });
  expect(useDesk.getState().selected).toBe("p.i2");
  expect(useDesk.getState().end).toBe("unit");
  expect(said).toHaveLength(1);
  hear({ t: "hello" });
  expect(said.pop(), "and is told").toMatchObject({ t: "desk", change: { selected: "p.i2", end: "unit" } });
  useDesk.getState().set({ help: true });
  expect(said, "each window has its own help").toHaveLength(1);
  link.close();
  useDesk.getState().select("p.i3" as never);
  expect(said).toHaveLength(1);
});

test("a draft begun in a window without the form is in the window with it, and its words come back", () => {
  const { made, said, hear } = channel();
  const link = new SeatLink(made);
  const form = emptyForm("f1", 0);
  useDesk.getState().openForm(form);
  expect(said.at(-1)).toEqual({ t: "desk", change: { forms: { f1: form }, form: "f1", end: "form" } });
  hear({ t: "desk", change: { forms: { f1: { ...form, narrative: "a fight" } } } });
  expect(useDesk.getState().forms.f1?.narrative).toBe("a fight");
  link.close();
});

test("a map elsewhere flies along, and a window with the recommendation is asked to send", () => {
  const { made, hear } = channel();
  const link = new SeatLink(made);
  const heard: unknown[] = [];
  link.onFly = (point, zoom) => heard.push([point, zoom]);
  link.onSend = (incident, n) => heard.push([incident, n]);
  hear({ t: "fly", point: [48, 31] as never, zoom: 14 });
  hear({ t: "send", incident: "p.i1" as never, n: 2 });
  expect(heard).toEqual([
    [[48, 31], 14],
    ["p.i1", 2],
  ]);
  link.close();
});

test("the address says which part a window shows, and a window opens where it was", () => {
  const asked = ["?view=map", "?view=queue", "?view=units", "?view=board", "?view=other", ""];
  expect(asked.map(viewOf)).toEqual(["map", "queues", "units", "board", null, null]);
  expect(featuresOf({ x: 1920, y: 0, w: 1280, h: 1000 })).toBe("popup,width=1280,height=1000,left=1920,top=0");
  expect(featuresOf(undefined)).toBe("popup,width=960,height=900");
});
