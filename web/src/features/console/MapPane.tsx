import type { RefObject } from "react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useApp, useItem, useReference } from "../../app/hooks";
import type { IncidentId, LonLat, UnitId } from "../../core/units";
import { provinceOf } from "../../core/units";
import type { MapHandle } from "../../map";
import { MapView } from "../../map";
import { AlarmsPanel } from "./Alarms";
import { useCallerShapes } from "./caller/useCallerShapes";
import { useCallersShapes } from "./callers/useCallersShapes";
import { useConsole, useWords } from "./context";
import { useCordonInView, useCordonShapes } from "./cordon/useCordonShapes";
import { FollowStrip, stopFollowing, useFollowing } from "./follow/FollowStrip";
import { ReachPanel, useReachShapes } from "./reach/ReachPanel";
import { RingingStrip, useRungPlace } from "./ringing/RingingStrip";
import { RoadsOpen } from "./roads/RoadsOpen";
import { useRoads } from "./roads/store";
import { overlaid, useRoadShapes } from "./roads/useRoadShapes";
import { Shelved } from "./shelf/Shelved";
import type { Desk } from "./store";
import { useDesk } from "./store";
import { isPicking, useWarnings } from "./warnings/store";
import { useWarningShapes } from "./warnings/useWarningShapes";
import { WarningsOpen } from "./warnings/WarningsOpen";

const VIEW = "nazdik.console.view";
const AROUND_DEG = 0.025;

/** The map opens where the call is, else where this desk last looked; otherwise on the whole province. */
function viewAtStart(point: LonLat | null): readonly [number, number, number, number] | null {
  let at = point;
  try {
    at ??= JSON.parse(localStorage.getItem(VIEW) ?? "null") as LonLat | null;
  } catch {
    // Storage is closed to us.
  }
  if (!Array.isArray(at) || at.length !== 2) return null;
  const [lon, lat] = at;
  return [lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG];
}

const openForm = (desk: Desk) => (desk.form ? desk.forms[desk.form] : undefined);

/** The map, with the ringing calls and the alarms above it. A click on the ground answers whatever asks for a place. */
export function MapPane({ map }: { readonly map: RefObject<MapHandle | null> }) {
  const { world } = useApp();
  const { session, server } = useReference();
  const { acts, nameOf, centre } = useConsole();
  const { t } = useWords();
  const selected = useDesk((desk) => desk.selected);
  const unit = useDesk((desk) => desk.unit);
  const end = useDesk((desk) => desk.end);
  // Of the form no more than the map shows: each letter that is typed into it changes it.
  const forming = useDesk((desk) => openForm(desk) !== undefined);
  const point = useDesk((desk) => openForm(desk)?.point ?? null);
  const accuracy = useDesk((desk) => openForm(desk)?.accuracy ?? null);
  const moving = useDesk((desk) => desk.moving);
  const incident = useItem(world.incident, selected);
  const assignments = incident?.assignments;
  const lead = assignments?.find((each) => each.state === "en_route" || each.state === "accepted");
  const route = useRoute(lead?.id ?? null, (lead?.renewed ?? lead?.blocked)?.at ?? null);
  const own = session.office ? provinceOf(session.office) : null;
  const provinces = useMemo(
    () =>
      own && server.provinces.some((each) => each.id === own)
        ? server.provinces.filter((each) => each.id === own)
        : server.provinces,
    [server, own],
  );

  const onPoint = useCallback(
    (point: LonLat) => {
      const desk = useDesk.getState();
      const now = openForm(desk);
      if (desk.moving && desk.selected) {
        const target = world.incident.get(desk.selected);
        desk.set({ moving: false });
        if (target) void nameOf(point).then((name) => acts.incidents.place(target, point, name));
      } else if (desk.end === "roads" && useRoads.getState().drawing) {
        useRoads.getState().pick(point);
      } else if (desk.end === "warnings" && isPicking(useWarnings.getState())) {
        useWarnings.getState().pick(point);
      } else if (desk.end === "form" && now) {
        desk.changeForm(now.id, { point, accuracy: null });
        void nameOf(point).then((name) => {
          // Words that the caller gave stay; an empty box takes the name of the place.
          const later = useDesk.getState().forms[now.id];
          if (!later || later.point !== point) return;
          const kept = later.placeText.trim() !== "" && later.placeText.trim() !== later.place;
          const place = kept ? later.placeText.trim() : name;
          desk.changeForm(now.id, { place, placeText: place, ...(kept ? {} : { named: name }) });
        });
      }
    },
    [world, acts, nameOf],
  );
  const onIncident = useCallback((id: string) => useDesk.getState().select(id as IncidentId), []);
  const onUnit = useCallback((id: string) => useDesk.getState().selectUnit(id as UnitId), []);
  const [initial] = useState(() => viewAtStart(point));
  useEffect(() => {
    const keep = () => {
      const at = centre();
      if (at) localStorage.setItem(VIEW, JSON.stringify(at));
    };
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, [centre]);
  useFollowing(map);
  const reach = useReachShapes(map);
  const rung = useRungPlace();
  const cordon = useCordonShapes();
  const caller = useCallerShapes();
  const callers = useCallersShapes();
  const roads = useRoadShapes();
  const warnings = useWarningShapes();
  useCordonInView(map);
  const drawing = useRoads((now) => now.drawing) && end === "roads";
  const warning = useWarnings(isPicking) && end === "warnings";
  const picking = moving || drawing || warning || (end === "form" && forming);
  return (
    <main className="map-pane" data-picking={picking || undefined}>
      <MapView
        ref={map}
        provinces={provinces}
        initial={initial}
        selected={end === "unit" ? unit : selected}
        route={end === "detail" ? route : null}
        shapes={overlaid(warnings, overlaid(cordon ?? callers ?? caller ?? reach, roads))}
        pin={end === "form" ? point : (rung?.point ?? null)}
        pinAccuracyM={end === "form" ? accuracy : (rung?.accuracy ?? null)}
        onIncident={onIncident}
        onUnit={onUnit}
        onPoint={onPoint}
        onMoved={stopFollowing}
      />
      <div className="map-over">
        <AlarmsPanel />
        <Shelved />
        <RingingStrip />
        <FollowStrip />
        {moving && <p className="map-hint">{t("act.placePick")}</p>}
        <div className="map-open">
          <ReachPanel />
          <RoadsOpen />
          <WarningsOpen />
        </div>
      </div>
    </main>
  );
}

/** The way of the unit that is driving there; without one, nothing is drawn. */
function useRoute(assignment: string | null, blockedAt: string | null): readonly LonLat[] | null {
  const { api } = useApp();
  const [route, setRoute] = useState<readonly LonLat[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a closure across it leads it elsewhere, so it is read again.
  useEffect(() => {
    setRoute(null);
    if (!assignment) return;
    const stop = new AbortController();
    api
      .get<{ geometry?: unknown; line?: unknown; points?: unknown }>(
        `/v1/assignments/${encodeURIComponent(assignment)}/route`,
        {},
        stop.signal,
      )
      .then((answer) => {
        const line = [answer.geometry, answer.line, answer.points]
          .map((each) => (each as { coordinates?: unknown } | null)?.coordinates ?? each)
          .find(Array.isArray);
        if (line && !stop.signal.aborted) setRoute(line as LonLat[]);
      })
      .catch(() => undefined);
    return () => stop.abort();
  }, [assignment, blockedAt, api]);
  return route;
}
