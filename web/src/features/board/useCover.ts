import { useEffect } from "react";
import { useApp, useLoad } from "../../app/hooks";
import { msOf } from "../../core/units";

const AGAIN_MS = 15_000;

interface Answer {
  readonly provinces: readonly {
    readonly counted_at: string;
    readonly limits_s: readonly number[];
    readonly counties: readonly {
      readonly office: string;
      readonly people: { readonly within: readonly (number | null)[] };
    }[];
  }[];
}

export interface Cover {
  /** When it was counted. */
  readonly at: number;
  readonly minutes: number;
  /** Share of people with a free unit within these minutes, by county. */
  readonly people: ReadonlyMap<string, number | null>;
}

/** The middle limit of the coverage, ten minutes unless the server was told otherwise; null until it is counted. */
export function useCover(wanted: boolean): Cover | null {
  const { api } = useApp();
  const { value, again } = useLoad<Cover | null>(
    async (signal) => (wanted ? coverOf(await api.get<Answer>("/v1/reach/coverage", {}, signal)) : null),
    [wanted],
  );
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [wanted, again]);
  return value;
}

export function coverOf(answer: Answer): Cover | null {
  const [province] = answer.provinces;
  if (!province) return null;
  const middle = Math.min(1, province.limits_s.length - 1);
  return {
    at: msOf(province.counted_at as never) ?? 0,
    minutes: (province.limits_s[middle] ?? 0) / 60,
    people: new Map(province.counties.map((each) => [each.office, each.people.within[middle] ?? null])),
  };
}
