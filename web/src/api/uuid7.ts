/** UUID version 7: time-ordered, so that the server's log and our outbox sort the same way. */

import type { CommandId } from "../core/units";

let lastMs = 0;
let sequence = 0;

export function uuid7(
  nowMs: number = Date.now(),
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(10)),
): CommandId {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = ((random[0] ?? 0) & 0x07) << 8 || 1;
  } else {
    sequence++;
    if (sequence > 0xfff) {
      lastMs++;
      sequence = 0;
    }
  }
  const ms = lastMs.toString(16).padStart(12, "0");
  const rand = [...random.slice(2)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((Number.parseInt(rand.slice(0, 2), 16) & 0x3f) | 0x80).toString(16);
  const seq = sequence.toString(16).padStart(3, "0");
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${seq}-${variant}${rand.slice(2, 4)}-${rand.slice(4, 16)}` as CommandId;
}
