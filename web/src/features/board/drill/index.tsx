import type { RefObject } from "react";
import { useCallback, useMemo, useState } from "react";
import { useReference } from "../../../app/hooks";
import type { LonLat, OfficeId } from "../../../core/units";
import type { Incident, Office } from "../../../core/views";
import { useNamed, useT } from "../../../i18n/hooks";
import type { MapHandle } from "../../../map";
import { Button } from "../../../ui";
import { placeOf } from "../logic";
import { messages } from "./messages";
import "./drill.css";

export interface Drill {
  /** The office below that alone is looked at; null: all of the board's own ground. */
  readonly only: Office | null;
  readonly into: (id: OfficeId) => void;
  /** One office up again. */
  readonly back: () => void;
  /** Whether the office looked at counts this incident as its own. */
  readonly holds: (incident: Incident) => boolean;
}

/** Looking at one office below a board's own: its incidents, what is below it in turn, and its ground. */
export function useDrill(own: Office | null, map: RefObject<MapHandle | null>): Drill {
  const { offices } = useReference();
  const [id, setId] = useState<OfficeId | null>(null);
  const only = offices.find(id);
  const show = useCallback(
    (office: Office | null) => {
      setId(office === null || office.id === own?.id ? null : office.id);
      const bounds = (office ?? own)?.bounds;
      if (bounds) map.current?.fit(cornersOf(bounds));
    },
    [own, map],
  );
  return useMemo(
    () => ({
      only,
      into: (below) => show(offices.find(below)),
      back: () => show(offices.find(only?.parent)),
      holds: (incident) => only?.parent == null || placeOf(offices, incident, only.parent) === only.id,
    }),
    [offices, only, show],
  );
}

function cornersOf([west, south, east, north]: readonly [number, number, number, number]): readonly LonLat[] {
  return [
    [west, south],
    [east, north],
  ];
}

/** Says that the list is of one office alone, and leads back. */
export function DrillBar({ drill }: { readonly drill: Drill }) {
  const t = useT(messages);
  const named = useNamed();
  if (!drill.only) return null;
  return (
    <p className="drill" role="status">
      <b className="truncate">{t("drill.only", { office: named(drill.only.name) })}</b>
      <Button keyHint="Esc" onClick={drill.back}>
        {t("drill.back")}
      </Button>
    </p>
  );
}
