/** Priority and unit glyphs: shape, letter or number, and colour, never colour alone (UX.md §5). */

import type { UnitLook } from "../core/selectors";
import type { Priority } from "../core/views";
import { useFormats, useT } from "../i18n/hooks";

interface PriorityProps {
  readonly priority: Priority | null;
  readonly size?: number;
  /** The text beside it already says the priority. */
  readonly quiet?: boolean;
}

/** P1 diamond, P2 square, P3 filled circle, P4 and P5 outlined circle; unclassified: dashed circle with a question mark. */
export function PriorityGlyph({ priority, size = 22, quiet }: PriorityProps) {
  const t = useT();
  const { id, lang } = useFormats();
  const label = priority === null ? t("priority.none") : t("priority.word", { n: priority });
  const mark = priority === null ? (lang === "fa" ? "؟" : "?") : id(priority);
  return (
    <svg
      className="glyph"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      role={quiet ? undefined : "img"}
      aria-hidden={quiet || undefined}
      aria-label={quiet ? undefined : label}
    >
      {priority === 1 && <path d="M12 .8 23.2 12 12 23.2.8 12Z" fill="var(--p1)" />}
      {priority === 2 && (
        <rect x="2" y="2" width="20" height="20" rx="2.5" fill="var(--p2)" stroke="var(--p2-edge)" strokeWidth="1.5" />
      )}
      {priority === 3 && <circle cx="12" cy="12" r="10.5" fill="var(--p3)" />}
      {(priority === 4 || priority === 5) && (
        <circle cx="12" cy="12" r="10" fill="var(--p4)" stroke="var(--p4-edge)" strokeWidth="1.6" />
      )}
      {priority === null && (
        <circle
          cx="12"
          cy="12"
          r="10"
          fill="var(--p4)"
          stroke="var(--p4-edge)"
          strokeWidth="1.6"
          strokeDasharray="3 3"
        />
      )}
      <text
        x="12"
        y="12.5"
        fontSize="13"
        fill={
          priority === 1
            ? "var(--on-p1)"
            : priority === 2
              ? "var(--on-p2)"
              : priority === 3
                ? "var(--on-p3)"
                : "var(--on-p4)"
        }
      >
        {mark}
      </text>
    </svg>
  );
}

interface UnitProps {
  readonly look: UnitLook;
  readonly divertible?: boolean;
  /** Degrees clockwise from true north: turns the triangle of a unit en route. */
  readonly heading?: number | null;
  readonly size?: number;
  readonly quiet?: boolean;
}

export function UnitGlyph({ look, divertible, heading, size = 22, quiet }: UnitProps) {
  const t = useT();
  const label = divertible ? `${t(`look.${look}`)} — ${t("look.divertible")}` : t(`look.${look}`);
  return (
    <svg
      className="glyph"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      role={quiet ? undefined : "img"}
      aria-hidden={quiet || undefined}
      aria-label={quiet ? undefined : label}
    >
      <UnitShape look={look} heading={heading ?? 0} />
      <text x="12" y={look === "en_route" ? 15 : 12.5} fontSize="11" fill={LETTER[look]}>
        {t(`letter.${look}`)}
      </text>
      {divertible && (
        <circle cx="20" cy="4" r="3.4" fill="var(--unit-available)" stroke="var(--raised)" strokeWidth="1" />
      )}
    </svg>
  );
}

const LETTER: Readonly<Record<UnitLook, string>> = {
  available: "var(--on-unit)",
  offered: "var(--unit-moving)",
  en_route: "var(--on-unit)",
  on_scene: "var(--bg)",
  busy: "var(--unit-busy)",
  returning: "var(--unit-busy)",
  off: "var(--unit-busy)",
  emergency: "var(--on-unit)",
};

function UnitShape({ look, heading }: { readonly look: UnitLook; readonly heading: number }) {
  switch (look) {
    case "available":
      return <circle cx="12" cy="12" r="10.5" fill="var(--unit-available)" />;
    case "offered":
      return (
        <circle
          cx="12"
          cy="12"
          r="9.8"
          fill="none"
          stroke="var(--unit-moving)"
          strokeWidth="2.2"
          strokeDasharray="4 2.4"
        />
      );
    case "en_route":
      return <path d="M12 1 23 22H1Z" fill="var(--unit-moving)" transform={`rotate(${heading} 12 13)`} />;
    case "on_scene":
      return <rect x="2" y="2" width="20" height="20" fill="var(--unit-scene)" />;
    case "emergency":
      return <path d="M12 .8 23.2 12 12 23.2.8 12Z" fill="var(--unit-emergency)" />;
    default:
      return <rect x="2.5" y="2.5" width="19" height="19" fill="none" stroke="var(--unit-busy)" strokeWidth="1.8" />;
  }
}
