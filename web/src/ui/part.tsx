/** A component in a file of its own, loaded when it is first shown or before: what a page begins with stays small. */

import type { ComponentType, ReactNode } from "react";
import { useEffect, useState } from "react";
import { Loading } from "./states";

const AGAIN_MS = 3_000;

interface Part<P extends object> {
  (props: P): ReactNode;
  /** Load it now, so that it is there when it is asked for. */
  readonly fetch: () => Promise<unknown>;
}

/**
 * Not React's own `lazy`: that waits a turn even for what has been loaded, and shows what waits for up to 300 ms; behind a key of
 * the desk that is seen. A file that does not come is asked for again while somebody waits for it.
 */
export function part<P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: (props: P) => ReactNode = () => <Loading />,
): Part<P> {
  let loaded: ComponentType<P> | null = null;
  let coming: Promise<void> | null = null;
  const fetch = (): Promise<void> => {
    coming ??= load().then(
      (component) => {
        loaded = component;
      },
      (error) => {
        coming = null;
        throw error;
      },
    );
    return coming;
  };
  // biome-ignore lint/correctness/noComponentHookFactories: made once for each file, where the file is named.
  function Shown(props: P) {
    const [, setTurn] = useState(0);
    const missing = loaded === null;
    useEffect(() => {
      if (!missing) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let here = true;
      const ask = (): void =>
        void fetch().then(
          () => here && setTurn((turn) => turn + 1),
          () => {
            if (here) timer = setTimeout(ask, AGAIN_MS);
          },
        );
      ask();
      return () => {
        here = false;
        clearTimeout(timer);
      };
    }, [missing]);
    const Component = loaded;
    return Component ? <Component {...props} /> : waiting(props);
  }
  return Object.assign(Shown, { fetch });
}
