import { expect, test } from "vitest";
import { callerOf, draftOf, emptyForm, isCallerNew, otherForms, useDesk, WORDS_MOST, withDanger } from "./store";

const form = { ...emptyForm("f", 0), call: "p.c1" as never, presented: "0611", number: "0611" };

test("a draft says only what is known, and takes back what was said before", () => {
  expect(draftOf(form)).toEqual({});
  const told = { ...form, narrative: " a fight ", place: "a square", point: [48, 31] as never };
  expect(draftOf(told)).toEqual({ point: [48, 31], place: "a square", narrative: "a fight" });
  const taken = { ...told, narrative: "", place: "", saved: JSON.stringify(draftOf(told)) };
  expect(draftOf(taken)).toEqual({ point: [48, 31], place: "", narrative: "" });
  const danger = { ...form, hazards: " a knife " };
  expect(draftOf(danger)).toEqual({ hazards: "a knife" });
  expect(draftOf({ ...danger, hazards: "", saved: JSON.stringify(draftOf(danger)) })).toEqual({ hazards: "" });
  // Once it was taken back there is nothing new to say.
  expect(JSON.stringify(draftOf({ ...taken, saved: JSON.stringify(draftOf(taken)) }))).toBe(
    JSON.stringify(draftOf(taken)),
  );
});

test("the number that the exchange presented is no call-back number; another one is", () => {
  expect(callerOf(form)).toEqual({ name: null, callback: null });
  expect(isCallerNew(form)).toBe(false);
  const learnt = { ...form, number: "0612", name: " caller A " };
  expect(callerOf(learnt)).toEqual({ name: "caller A", callback: "0612" });
  expect(isCallerNew(learnt)).toBe(true);
  expect(isCallerNew({ ...learnt, savedCaller: JSON.stringify(callerOf(learnt)) })).toBe(false);
  expect(isCallerNew({ ...learnt, call: null })).toBe(false);
});

test("the danger comes before the other words, and is not what is cut", () => {
  expect(withDanger({ hazards: "", narrative: " a fight " }, "Danger")).toBe("a fight");
  expect(withDanger({ hazards: "fire", narrative: "" }, "Danger")).toBe("Danger: fire");
  const long = withDanger({ hazards: "fire", narrative: "x".repeat(WORDS_MOST) }, "Danger");
  expect([long.length, long.startsWith("Danger: fire\nx")]).toEqual([WORDS_MOST, true]);
});

test("a form that is left stays for later, unless nothing stands in it and nobody called", () => {
  const desk = useDesk.getState;
  const left = (change: object) => {
    useDesk.setState({ forms: {}, form: null });
    desk().openForm({ ...emptyForm("g", 0), ...change });
    desk().parkForm();
    return [Object.keys(desk().forms).length, desk().form, desk().end];
  };
  expect(left({})).toEqual([0, null, "detail"]);
  expect(left({ narrative: "a fight" })).toEqual([1, "g", "detail"]);
  expect(left({ call: "p.c1" })).toEqual([1, "g", "detail"]);
  useDesk.setState({ forms: {}, form: null });
});

test("every form beside the open one is reached, one after the other, round and round", () => {
  const forms = Object.fromEntries(["a", "b", "c"].map((id) => [id, emptyForm(id, 0)]));
  const others = (open: string | null) => otherForms(forms, open).map((each) => each.id);
  expect(others("a")).toEqual(["b", "c"]);
  expect(others("b")).toEqual(["c", "a"]);
  expect(others("c")).toEqual(["a", "b"]);
  expect(otherForms({ a: emptyForm("a", 0) }, "a")).toEqual([]);
});
