import { ArrowUp, Flag, RotateCcw } from "lucide-react";
import { bearingOf } from "../route";

/** Which way a manoeuvre goes, as it is drawn on a sign. */
export function TurnArrow({ kind, size }: { readonly kind: string; readonly size: number }) {
  if (kind === "roundabout") return <RotateCcw size={size} aria-hidden="true" />;
  const bearing = bearingOf(kind);
  if (bearing === null) return <Flag size={size} aria-hidden="true" />;
  return <ArrowUp size={size} strokeWidth={2.6} style={{ rotate: `${bearing}deg` }} aria-hidden="true" />;
}
