import { lineOf } from "./logic";

const WIDTH = 96;
const HEIGHT = 24;

/** A small line, oldest at the left in every language; what it shows is said in words as well. */
export function Spark({ values, label }: { readonly values: readonly (number | null)[]; readonly label: string }) {
  return (
    <svg
      className="spark"
      viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}
      role="img"
      preserveAspectRatio="none"
      aria-label={label}
    >
      <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="spark-floor" />
      {lineOf(values, WIDTH, HEIGHT).map((points) => (
        // One value alone is a dot.
        <polyline key={points} points={points.includes(" ") ? points : `${points} ${points}`} fill="none" />
      ))}
    </svg>
  );
}
