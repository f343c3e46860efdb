export { MapView } from "./MapView";
export type { UnitMark } from "./overlay";
export type { AreaShape, LineShape, MapShapes, PointShape } from "./shapes";
export type { MapHandle, MapViewProps } from "./types";
