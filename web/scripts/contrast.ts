/** WCAG 2.x contrast of colour tokens, read from the style sheet itself. */

export function readThemes(css: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const tokensOf = (body: string): Map<string, string> =>
    new Map(
      [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map((each) => [each[1] as string, each[2] as string]),
    );
  const day = tokensOf(/:root\s*\{([^}]*)\}/.exec(css)?.[1] ?? "");
  const themes = new Map<string, Map<string, string>>([["day", day]]);
  for (const [, name = "", body = ""] of css.matchAll(/\[data-theme="(\w+)"\]\s*\{([^}]*)\}/g)) {
    themes.set(name, new Map([...day, ...tokensOf(body)]));
  }
  return themes;
}

function luminance(hex: string): number {
  const channel = (start: number): number => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

export function contrast(a: string, b: string): number {
  const x = luminance(a);
  const y = luminance(b);
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Return what is seen of an ink that is faded over a ground. */
export function blend(ink: string, ground: string, opacity: number): string {
  const channel = (start: number): string => {
    const [over, under] = [ink, ground].map((hex) => Number.parseInt(hex.slice(start, start + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(over * opacity + under * (1 - opacity))
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

interface Rule {
  readonly selector: string;
  readonly declarations: ReadonlyMap<string, string>;
}

/** Return the rules of a style sheet in order, those inside `@media` among them. */
export function readRules(css: string): readonly Rule[] {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...plain.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = "", body = ""]) => ({
    selector: selector.trim().replace(/\s+/g, " "),
    declarations: new Map(
      body
        .split(";")
        .map((line) => line.split(/:(.*)/s).map((part) => part.trim()))
        .filter(([property]) => property)
        .map(([property, value]): [string, string] => [property as string, value ?? ""]),
    ),
  }));
}
