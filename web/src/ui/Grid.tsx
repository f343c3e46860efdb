import { useVirtualizer } from "@tanstack/react-virtual";
import type { ReactNode, Ref } from "react";
import { useCallback, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { useT } from "../i18n/hooks";

export interface GridHandle {
  focus(): void;
  /** Move the active row; the page's J and K use it. */
  move(step: number): void;
}

interface Props {
  readonly label: string;
  readonly ids: readonly string[];
  readonly rowHeight: number;
  /** The cells of a row, each with `role="gridcell"`. It should read its own item by id, so that only it renders. */
  readonly renderRow: (id: string, index: number) => ReactNode;
  /** Everything a row says, once, for screen readers. */
  readonly rowLabel?: (id: string) => string;
  readonly selected?: string | null;
  readonly onSelect?: (id: string) => void;
  /** Enter or double click. */
  readonly onOpen?: (id: string) => void;
  /** Space. */
  readonly onMark?: (id: string) => void;
  /** Ids now on the screen, told at most once a second, for `seen`. */
  readonly onVisible?: (ids: readonly string[]) => void;
  /** Keep the order while pointer or keyboard is inside, for at most five seconds. */
  readonly freeze?: boolean;
  /** Show the selected row wherever it goes: it was opened by a link, or has another name and place now. */
  readonly follow?: boolean;
  readonly empty?: ReactNode;
  readonly className?: string;
  readonly ref?: Ref<GridHandle>;
}

const FREEZE_MS = 5_000;

/**
 * A virtual list as one grid: one tab stop, arrows inside, the active row kept by id. Data coming in never moves the focus,
 * and with `freeze` it does not move rows under the hand either; new rows then wait at the end.
 */
export function Grid({
  label,
  ids,
  rowHeight,
  renderRow,
  rowLabel,
  selected = null,
  onSelect,
  onOpen,
  onMark,
  onVisible,
  freeze = false,
  follow = false,
  empty,
  className,
  ref,
}: Props) {
  const t = useT();
  const base = useId();
  const element = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const { shown, moved, hold } = useFrozen(ids, freeze);
  const current =
    active !== null && shown.includes(active)
      ? active
      : selected !== null && shown.includes(selected)
        ? selected
        : (shown[0] ?? null);

  // A function of its own each time would have every row of thousands measured again.
  const keyOf = useCallback((index: number) => shown[index] ?? index, [shown]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => element.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    getItemKey: keyOf,
  });
  const rows = virtual.getVirtualItems();

  const go = useCallback(
    (index: number) => {
      const id = shown[Math.max(0, Math.min(shown.length - 1, index))];
      if (id === undefined) return;
      setActive(id);
      onSelect?.(id);
      virtual.scrollToIndex(shown.indexOf(id));
    },
    [shown, onSelect, virtual],
  );
  const move = (step: number) => go((current === null ? 0 : shown.indexOf(current)) + step);
  useImperativeHandle(ref, () => ({ focus: () => element.current?.focus(), move }));

  const place = follow && selected !== null ? shown.indexOf(selected) : -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where the row is moves the list, not what is drawn.
  useEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place);
  }, [place]);

  const visible = rows.map((row) => shown[row.index]).join(" ");
  useEffect(() => {
    if (!onVisible || visible === "") return;
    const timer = setTimeout(() => onVisible(visible.split(" ")), 1000);
    return () => clearTimeout(timer);
  }, [visible, onVisible]);

  return (
    <div
      ref={element}
      role="grid"
      className={className ? `grid ${className}` : "grid"}
      aria-label={t("grid.named", { label, count: t("grid.count", { n: shown.length }) })}
      aria-rowcount={shown.length}
      // A row that is scrolled out of sight is not drawn: there is nothing to point to.
      aria-activedescendant={rows.some((row) => shown[row.index] === current) ? `${base}-${current}` : undefined}
      tabIndex={0}
      onPointerMove={hold}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const page = Math.max(1, Math.floor((element.current?.clientHeight ?? 0) / rowHeight) - 1);
        if (event.code === "ArrowDown") move(1);
        else if (event.code === "ArrowUp") move(-1);
        else if (event.code === "PageDown") move(page);
        else if (event.code === "PageUp") move(-page);
        else if (event.code === "Home") go(0);
        else if (event.code === "End") go(shown.length - 1);
        else if ((event.code === "Enter" || event.code === "NumpadEnter") && current !== null) onOpen?.(current);
        else if (event.code === "Space" && onMark && current !== null) onMark(current);
        else return;
        hold();
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {shown.length === 0 && empty && (
        // A grid holds rows and nothing else, also when it says that there are none.
        <div role="row" className="as-is">
          <div role="gridcell" className="as-is">
            {empty}
          </div>
        </div>
      )}
      <div className="grid-space" role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const id = shown[row.index] as string;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the grid.
            <div
              key={id}
              id={`${base}-${id}`}
              role="row"
              className="grid-row"
              aria-rowindex={row.index + 1}
              aria-selected={id === selected}
              aria-label={rowLabel?.(id)}
              data-active={id === current || undefined}
              style={{ blockSize: rowHeight, transform: `translateY(${row.start}px)` }}
              onClick={() => {
                setActive(id);
                onSelect?.(id);
              }}
              onDoubleClick={() => onOpen?.(id)}
            >
              {renderRow(id, row.index)}
            </div>
          );
        })}
      </div>
      {moved > 0 && <div className="grid-moved">{t("grid.moved", { n: moved })}</div>}
    </div>
  );
}

/** The order as shown: held still for up to five seconds after the last touch; what left is dropped, what came waits at the end. */
function useFrozen(
  ids: readonly string[],
  freeze: boolean,
): { shown: readonly string[]; moved: number; hold: () => void } {
  const [heldUntil, setHeldUntil] = useState(0);
  const order = useRef<readonly string[]>(ids);
  const held = freeze && heldUntil > 0;
  useEffect(() => {
    if (heldUntil === 0) return;
    const timer = setTimeout(() => setHeldUntil(0), Math.max(0, heldUntil - performance.now()));
    return () => clearTimeout(timer);
  }, [heldUntil]);
  const hold = useCallback(() => {
    if (!freeze) return;
    const now = performance.now();
    // Renew at most once a second, or each pointer movement would render the list.
    setHeldUntil((until) => (until - now > FREEZE_MS - 1000 ? until : now + FREEZE_MS));
  }, [freeze]);
  if (!held) order.current = ids;
  else {
    const now = new Set(ids);
    const before = new Set(order.current);
    const kept = order.current.filter((id) => now.has(id));
    const come = ids.filter((id) => !before.has(id));
    if (kept.length !== order.current.length || come.length > 0) order.current = [...kept, ...come];
  }
  const shown = order.current;
  const moved = held ? shown.reduce((count, id, n) => count + (ids[n] === id ? 0 : 1), 0) : 0;
  return { shown, moved, hold };
}
