/** Base-map styles: fetched a province at a time from the server, made absolute, and joined when several are shown. */

import type { StyleSpecification } from "maplibre-gl";
import type { Api } from "../api/client";
import type { ProvinceId } from "../core/units";
import type { Lang, Theme } from "../i18n/prefs";

type Style = StyleSpecification;

export async function loadStyle(
  api: Api,
  provinces: readonly ProvinceId[],
  theme: Theme,
  lang: Lang,
  signal: AbortSignal,
): Promise<Style> {
  const styles = await Promise.all(
    provinces.map((id) =>
      api.get<Style>(`/v1/provinces/${id}/style`, { theme: theme === "night" ? "night" : "day", lang }, signal),
    ),
  );
  return joinStyles(
    styles.map((style) => absolute(style, location.origin)),
    provinces,
  );
}

/** The library's worker has no page to resolve against: every address it gets must be whole. */
export function absolute(style: Style, origin: string): Style {
  const whole = (address: string): string => {
    if (address.startsWith("pmtiles://")) {
      const inner = address.slice("pmtiles://".length);
      return `pmtiles://${/^https?:/.test(inner) ? inner : new URL(inner.startsWith("/") ? inner : `/${inner}`, origin).href}`;
    }
    return address.startsWith("/") ? origin + address : address;
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        (name === "url" || name === "data" || name === "sprite" || name === "glyphs") && typeof inner === "string"
          ? whole(inner)
          : walk(inner),
      ]),
    );
  };
  const faces = (style as { "font-faces"?: Record<string, unknown> })["font-faces"];
  const made: Record<string, unknown> = { ...style, sources: walk(style.sources) };
  if (typeof style.sprite === "string") made.sprite = whole(style.sprite);
  if (faces) {
    made["font-faces"] = Object.fromEntries(
      Object.entries(faces).map(([name, face]) => [name, typeof face === "string" ? whole(face) : walk(face)]),
    );
  }
  return made as unknown as Style;
}

/** Several provinces on one ground: names of sources and layers get the province before them; one background stays. */
export function joinStyles(styles: readonly Style[], names: readonly string[]): Style {
  const [first] = styles;
  if (!first) return { version: 8, sources: {}, layers: [] };
  if (styles.length === 1) return first;
  const joined: Style = { ...first, sources: {}, layers: [] };
  styles.forEach((style, n) => {
    const name = names[n] ?? String(n);
    for (const [id, source] of Object.entries(style.sources)) joined.sources[`${name}:${id}`] = source;
    for (const layer of style.layers) {
      if (layer.type === "background") {
        if (n === 0) joined.layers.push(layer);
        continue;
      }
      joined.layers.push({
        ...layer,
        id: `${name}:${layer.id}`,
        ...("source" in layer && typeof layer.source === "string" ? { source: `${name}:${layer.source}` } : {}),
      } as Style["layers"][number]);
    }
  });
  // Labels last, or one province's ground would lie over the other's names.
  joined.layers.sort((a, b) => Number(a.type === "symbol") - Number(b.type === "symbol"));
  return joined;
}
