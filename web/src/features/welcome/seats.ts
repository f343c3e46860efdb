/** Which seats stand together, and which cars a search finds. */

import { matches } from "../../core/text";
import type { UnitId } from "../../core/units";
import type { Role, Seat } from "../../core/views";

export const GROUPS: readonly Role[] = [
  "call_taker",
  "dispatcher",
  "officer",
  "station_desk",
  "county_desk",
  "province_desk",
  "national_desk",
];

export function seatsOf(seats: readonly Seat[], role: Role): readonly Seat[] {
  return seats.filter((seat) => seat.role === role);
}

export interface Car {
  readonly seat: Seat;
  readonly unit: UnitId | null;
  readonly callSign: string;
  readonly words: string;
}

/** Every car an officer can sit in, whether it is a seat of its own or a choice at one seat. */
export function carsOf(seats: readonly Seat[], officeName: (id: string | null) => string): readonly Car[] {
  return seatsOf(seats, "officer").flatMap((seat): Car[] => {
    if (seat.units.length > 0) {
      return seat.units.map((unit) => {
        const place = officeName(unit.office);
        return { seat, unit: unit.id, callSign: unit.call_sign, words: place };
      });
    }
    const callSign = seat.unit ? (seat.unit.split(".u.")[1] ?? seat.unit) : "";
    return [{ seat, unit: null, callSign, words: officeName(seat.office) }];
  });
}

export function findCars(cars: readonly Car[], query: string): readonly Car[] {
  return query.trim() === ""
    ? cars
    : cars.filter((car) => matches(`${car.callSign} ${car.words} ${car.seat.title.fa} ${car.seat.title.en}`, query));
}
