/** Which other services can be asked to come; asked once a window. The first two have keys. */

import type { App } from "../../../app/app";
import { useApp, useLoad } from "../../../app/hooks";

export const SERVICE_KEYS = ["F8", "F9"] as const;

let asked: Promise<readonly string[]> | null = null;

/** A key may be pressed before the answer is there: then it waits for it. */
export function servicesOf(api: App["api"]): Promise<readonly string[]> {
  asked ??= api
    .get<{ services: readonly { id: string }[] }>("/v1/services")
    .then(({ services }) => services.map((each) => each.id))
    .catch((error: unknown) => {
      asked = null;
      throw error;
    });
  return asked;
}

export function useServices(): readonly string[] {
  const { api } = useApp();
  const { value } = useLoad(() => servicesOf(api), [api]);
  return value ?? [];
}
