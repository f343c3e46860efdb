/** What the server shows (docs/architecture.md, "Views"). Generated types replace these once `api/schema.d.ts` exists. */

export type * from "./areas";
export type * from "./calls";
export type * from "./detail";
export type * from "./house";
export type * from "./incident";
export type * from "./units";
