import { expect, test } from "vitest";
import type { Unit } from "../../core/views";
import { KeyedStore } from "../../live/store";
import { UnitsInOrder } from "./unitOrder";

const unit = (sign: string, more: Partial<Unit> = {}): readonly [string, Unit] => [
  `khuzestan.${sign}`,
  {
    id: `khuzestan.${sign}`,
    call_sign: sign,
    on_duty: true,
    emergency: null,
    primary: "Available",
    secondary: "",
    assignment: null,
    assignment_state: null,
    ...more,
  } as Unit,
];
const signs = (order: UnitsInOrder) => order.now().ids.map((id) => id.slice("khuzestan.".length));

test("worst first, by call sign among equals, and renewed as units change", () => {
  const store = new KeyedStore<Unit>();
  store.apply(new Map([unit("B2"), unit("A1"), unit("C3", { on_duty: false })]));
  const order = new UnitsInOrder(store);
  expect(signs(order)).toEqual(["A1", "B2", "C3"]);
  expect(order.now()).toMatchObject({ free: 2, duty: 2 });
  store.apply(
    new Map([unit("C3", { assignment: "x", assignment_state: "en_route", primary: "NotAvailable" } as never)]),
  );
  expect(signs(order)).toEqual(["C3", "A1", "B2"]);
  store.apply(new Map([["khuzestan.A1", null]]));
  expect(signs(order)).toEqual(["C3", "B2"]);
  expect(order.now()).toMatchObject({ free: 1, duty: 2 });
});

test("while nobody changes places the order is the same object", () => {
  const store = new KeyedStore<Unit>();
  store.apply(new Map([unit("A1"), unit("B2")]));
  const order = new UnitsInOrder(store);
  const before = order.now();
  store.apply(new Map([unit("B2", { secondary: "PatrolInVehicle" })]));
  expect(order.now()).toBe(before);
});
