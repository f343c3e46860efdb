/** A newer version of this page waits; it is offered on the first screen of duty only, never during a mission. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { registerOffline } from "../../pwa/register";

const store = createStore<{ readonly apply: (() => void) | null }>(() => ({ apply: null }));
let registered = false;

export function watchForUpdate(): void {
  if (registered) return;
  registered = true;
  registerOffline(({ apply }) => store.setState({ apply }));
}

export const useUpdate = (): (() => void) | null => useStore(store, (state) => state.apply);
