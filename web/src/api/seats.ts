/** The seats of a demo, and sitting down at one: read by the first page alone. */

import type { OfficeId, ProvinceId, SeatId, UnitId } from "../core/units";
import type { Seat, Session } from "../core/views";
import type { Api } from "./client";
import type { Raw } from "./reads";
import { list, named, readSession, roleOf, text } from "./reads";

function readSeats(raw: unknown): readonly Seat[] {
  return list(raw, "seats").map((each) => ({
    id: String(each.id) as SeatId,
    role: roleOf(each.role),
    office: text(each.office) as OfficeId | null,
    unit: text(each.unit) as UnitId | null,
    title: named(each, "title") ?? { fa: String(each.id), en: String(each.id) },
    hint: named(each, "hint") ?? named(each, "about") ?? { fa: "", en: "" },
    group: text(each.group) ?? String(each.role),
    province: text(each.province) as ProvinceId | null,
    call_sign: text(each.call_sign),
  }));
}

export const getSeats = async (api: Api): Promise<readonly Seat[]> => readSeats(await api.get("/v1/seats"));

export async function signInWithSeat(api: Api, seat: SeatId): Promise<Session> {
  return readSession(await api.post<Raw>("/v1/sessions", { seat }));
}

/** The session is in the cookie alone, out of reach of any script. */
export async function signInWithPassword(api: Api, name: string, password: string, code: string): Promise<Session> {
  const said = { name, password, cookie_only: true, ...(code === "" ? {} : { code }) };
  return readSession(await api.post<Raw>("/v1/sessions", said));
}

/** `ask` has the browser answer with a key. */
export async function signInWithKey(api: Api, ask: (options: Raw) => Promise<unknown>): Promise<Session> {
  const { options } = await api.post<{ options: Raw }>("/v1/passkeys/options", {});
  return readSession(await api.post<Raw>("/v1/sessions", { passkey: await ask(options), cookie_only: true }));
}

/** The seats that a person has a live screen at. */
export const getTakenSeats = async (api: Api): Promise<ReadonlySet<string>> =>
  new Set((await api.get<{ seats: readonly string[] }>("/v1/seats/taken")).seats);
