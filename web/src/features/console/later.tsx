/** The panes of the desk that nobody sees at its start, each in a file of its own; fetched as soon as the desk stands. */

import { part } from "../../ui";

export const IncidentDetail = part(async () => (await import("./Detail")).IncidentDetail);
export const FleetOverview = part(async () => (await import("./overview/FleetOverview")).FleetOverview);
export const CallFormPane = part(async () => (await import("./CallForm")).CallFormPane);
export const UnitCard = part(async () => (await import("./UnitCard")).UnitCard);
export const SearchPane = part(
  async () => (await import("./search/SearchPane")).SearchPane,
  () => null,
);
export const CallersPane = part(async () => (await import("./callers/CallersPane")).CallersPane);
export const CordonPane = part(async () => (await import("./cordon/CordonPane")).CordonPane);
export const RoadsPane = part(async () => (await import("./roads/RoadsPane")).RoadsPane);
export const WarningsPane = part(async () => (await import("./warnings/WarningsPane")).WarningsPane);
export const Addresses = part(
  async () => (await import("./Addresses")).Addresses,
  () => null,
);

// Those that the first keys at a desk ask for come first.
const REST = [
  CallFormPane,
  IncidentDetail,
  UnitCard,
  SearchPane,
  CallersPane,
  CordonPane,
  RoadsPane,
  WarningsPane,
  Addresses,
];

// One that cannot be had now is asked for again when it is shown.
const quietly = (each: { fetch: () => Promise<unknown> }) => each.fetch().catch(() => undefined);

/** One after another, so that nothing that is being shown is kept waiting. */
export async function fetchRest(): Promise<void> {
  for (const each of REST) await quietly(each);
}
