/** Which seats stand together, and which cars a search finds. */

import { matches } from "../../core/text";
import type { Role, Seat } from "../../core/views";

export const GROUPS: readonly Role[] = [
  "call_taker",
  "dispatcher",
  "officer",
  "station_desk",
  "county_desk",
  "province_desk",
  "national_desk",
  "administrator",
  "auditor",
];

export function seatsOf(seats: readonly Seat[], role: Role): readonly Seat[] {
  return seats.filter((seat) => seat.role === role);
}

/** A seat for an exercise: one where no person sits, or any when all are taken. */
export function seatToPractise(seats: readonly Seat[], taken: ReadonlySet<string>, role: Role): Seat | undefined {
  const all = seatsOf(seats, role);
  return all.find((seat) => !taken.has(seat.id)) ?? all[0];
}

export interface Car {
  readonly seat: Seat;
  readonly callSign: string;
  /** Its station. */
  readonly words: string;
}

/** Every car an officer can sit in. */
export function carsOf(seats: readonly Seat[], officeName: (id: string | null) => string): readonly Car[] {
  return seatsOf(seats, "officer").flatMap((seat) =>
    seat.call_sign ? [{ seat, callSign: seat.call_sign, words: officeName(seat.office) }] : [],
  );
}

export function findCars(cars: readonly Car[], query: string): readonly Car[] {
  if (query.trim() === "") return cars;
  return cars.filter((car) => matches(`${car.callSign} ${car.words} ${car.seat.title.fa} ${car.seat.title.en}`, query));
}
