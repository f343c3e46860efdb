export { MapView } from "./MapView";
export type { MapHandle, MapViewProps } from "./types";
