import type { RefObject } from "react";
import { useEffect, useState } from "react";

/** How many rows of so many em fit into a box; a wall does not scroll. */
export function useFit(box: RefObject<HTMLElement | null>, rowEm: number): number {
  const [rows, setRows] = useState(1);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const em = Number.parseFloat(getComputedStyle(element).fontSize);
      setRows(Math.max(1, Math.floor(element.clientHeight / (em * rowEm))));
    };
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    measure();
    return () => watch.disconnect();
  }, [box, rowEm]);
  return rows;
}
