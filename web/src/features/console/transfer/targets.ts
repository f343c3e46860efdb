import { useApp, useLoad } from "../../../app/hooks";
import type { Call } from "../../../core/views";
import { useNamed } from "../../../i18n/hooks";

export interface Target {
  readonly id: string;
  readonly kind: "province" | "service";
  readonly name_fa: string;
  readonly name_en: string;
}

/** To whom calls can be handed over; asked once a window. */
let asked: Promise<readonly Target[]> | null = null;

export function useTargets(): readonly Target[] {
  const { api } = useApp();
  const { value } = useLoad(() => {
    asked ??= api
      .get<{ targets: readonly Target[] }>("/v1/transfer-targets")
      .then(({ targets }) => targets)
      .catch((error: unknown) => {
        asked = null;
        throw error;
      });
    return asked;
  }, [api]);
  return value ?? [];
}

/** Names a target, a province of this server or a service, in the reader's language. */
export function useTargetName(): (id: string) => string {
  const targets = useTargets();
  const named = useNamed();
  return (id) => {
    const found = targets.find((each) => each.id === id);
    return found ? named({ fa: found.name_fa, en: found.name_en }) : id;
  };
}

const SHOWN_MS = 10 * 60_000;

/** A call that went to others a moment ago: who sent it still sees where it is. */
export const justHandedOver = (call: Call, now: number): boolean =>
  call.transfer?.done_at != null && now - Date.parse(call.transfer.done_at) < SHOWN_MS;
