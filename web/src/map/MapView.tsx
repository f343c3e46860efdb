import { Grid2x2, Minus, Plus } from "lucide-react";
import {
  Component,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { useApp, useDerived, useLink } from "../app/hooks";
import { isOpen } from "../core/selectors";
import { useNamed, useT } from "../i18n/hooks";
import { Button } from "../ui/Button";
import "./map.css";
import { hasChoice, hasWebgl, useMapDrawing } from "./choice";
import type { DrawnProps, MapHandle, MapViewProps } from "./types";

const MapCanvas = lazy(() => import("./MapCanvas"));

const PictureMap = lazy(() => import("./PictureMap"));

// A stream that does not come must not keep the map away.
const WORLD_WITHIN_MS = 2_000;

/**
 * Whether what the stream gave first is on the screen: lists come before the map. Starting a map takes a slow machine a second,
 * and whoever opens a page looks for the work that waits.
 */
function useWorldShown(): boolean {
  const { state, streams } = useLink();
  const [shown, setShown] = useState(false);
  const here = state === "live" && streams.length > 0 && streams.every((each) => !each.catchingUp);
  useEffect(() => {
    if (shown) return;
    let frame = 0;
    const show = () => setShown(true);
    // The frame after the one that paints the lists.
    if (here) frame = requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(show)));
    const late = setTimeout(show, WORLD_WITHIN_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(late);
    };
  }, [here, shown]);
  return shown;
}

export function MapView(props: MapViewProps) {
  const t = useT();
  const named = useNamed();
  const shown = useWorldShown();
  const inner = useRef<MapHandle>(null);
  const credit = useRef<HTMLDivElement>(null);
  const coveredPx = useCallback(() => credit.current?.offsetHeight ?? 0, []);
  useImperativeHandle(props.ref, () => ({
    fly: (point, zoom) => inner.current?.fly(point, zoom),
    fit: (points) => inner.current?.fit(points) ?? false,
    centreOn: (point) => inner.current?.centreOn(point),
    zoomBy: (step) => inner.current?.zoomBy(step),
    centre: () => inner.current?.centre() ?? null,
    bounds: () => inner.current?.bounds() ?? null,
  }));
  const notices = [...new Set(props.provinces.flatMap((each) => (each.notice ? [named(each.notice)] : [])))];
  const credits = [...new Set(props.provinces.flatMap((each) => each.credits.map(named)))].filter(
    (each) => !each.includes("OpenStreetMap"),
  );
  return (
    <div className="map">
      {shown ? (
        <Drawn {...props} inner={inner} coveredPx={coveredPx} />
      ) : (
        <p className="map-message">{t("map.loading")}</p>
      )}
      <Summary {...props} />
      <div ref={credit} className="map-credit">
        {notices.map((notice) => (
          <span key={notice} className="map-notice">
            {notice}
          </span>
        ))}
        {credits.length > 0 && <span className="map-sources truncate">{credits.join(" · ")}</span>}
        <bdi dir="ltr">{t("map.credit")}</bdi>
      </div>
    </div>
  );
}

/** A map that fails leaves a panel in words; nothing else on the page depends on it. */
function Drawn({
  inner,
  ...props
}: MapViewProps & Pick<DrawnProps, "coveredPx"> & { readonly inner: RefObject<MapHandle | null> }) {
  const t = useT();
  const asked = useMapDrawing((drawing) => drawing.pictures);
  const setPictures = useMapDrawing((drawing) => drawing.setPictures);
  // What cannot be drawn here is drawn by the server; what cannot be shown at all is said in words.
  const [glFailed, setGlFailed] = useState(() => !hasWebgl());
  const [broken, setBroken] = useState(false);
  const pictures = asked || glFailed;
  const [phase, setPhase] = useState<"loading" | "ready" | "failed">("loading");
  const onFailed = useCallback(
    (forGood: boolean) => {
      if (!forGood) setPhase("failed");
      else if (pictures) setBroken(true);
      else setGlFailed(true);
    },
    [pictures],
  );
  const onReady = useCallback(() => setPhase("ready"), []);
  if (broken) return <p className="map-message">{t("map.noWebgl")}</p>;
  return (
    <Guard key={pictures ? "pictures" : "vectors"} onBroken={() => onFailed(true)}>
      <Suspense fallback={null}>
        {pictures ? (
          <PictureMap {...props} ref={inner} onFailed={onFailed} onReady={onReady} />
        ) : (
          <MapCanvas {...props} ref={inner} onFailed={onFailed} onReady={onReady} />
        )}
      </Suspense>
      {phase === "loading" && <p className="map-message">{t("map.loading")}</p>}
      {phase === "failed" && <p className="map-message">{t("map.failed")}</p>}
      {!props.still && (
        <div className="map-tools">
          <Button aria-label={t("map.zoomIn")} onClick={() => inner.current?.zoomBy(1)}>
            <Plus size={18} aria-hidden="true" />
          </Button>
          <Button aria-label={t("map.zoomOut")} onClick={() => inner.current?.zoomBy(-1)}>
            <Minus size={18} aria-hidden="true" />
          </Button>
          {hasChoice() && (
            <Button
              aria-pressed={pictures}
              aria-label={t("map.pictures")}
              title={t("map.pictures")}
              onClick={() => setPictures(!asked)}
            >
              <Grid2x2 size={18} aria-hidden="true" />
            </Button>
          )}
        </div>
      )}
    </Guard>
  );
}

/** What the canvas shows, for those who do not see it. */
function Summary({ units, incidents, past }: MapViewProps) {
  const { world } = useApp();
  const t = useT();
  const shownIncidents = useDerived(
    world.incident,
    (all) => {
      let count = 0;
      if (incidents !== false)
        for (const each of all) if (each.point && isOpen(each) && (!incidents || incidents(each))) count++;
      return count;
    },
    [incidents],
  );
  const shownUnits = useDerived(
    world.unit,
    (all) => {
      let count = 0;
      if (units !== false) for (const each of all) if (each.on_duty && (!units || units(each))) count++;
      return count;
    },
    [units],
  );
  return (
    <p className="visually-hidden">
      {t("map.summary", { incidents: shownIncidents, units: past ? past.length : shownUnits })}
    </p>
  );
}

class Guard extends Component<{ readonly onBroken: () => void; readonly children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override componentDidCatch() {
    this.props.onBroken();
  }
  override render() {
    return this.state.failed ? null : this.props.children;
  }
}
