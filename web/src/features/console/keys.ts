/** Every key of the console, for F1. */

import type { ConsoleT } from "./context";

export function helpKeys(t: ConsoleT): readonly { readonly keys: string; readonly what: string }[] {
  return [
    { keys: "F1", what: t("key.F1") },
    { keys: "F2", what: t("key.F2") },
    { keys: "F3  /", what: t("key.F3") },
    { keys: "F4", what: t("key.F4") },
    { keys: "F6", what: t("key.F6") },
    { keys: "F7", what: t("key.F7") },
    { keys: "F8", what: t("title.addresses") },
    { keys: "F10", what: t("key.F10") },
    { keys: "Esc", what: t("key.Esc") },
    { keys: "A", what: t("key.A") },
    { keys: "↑ ↓  J K", what: t("key.arrows") },
    { keys: "Enter", what: t("key.Enter") },
    { keys: "1 … 9", what: t("key.digits") },
    { keys: "Alt+1 … 6", what: t("key.panels") },
    { keys: "Ctrl+Enter", what: t("key.ctrlEnter") },
    { keys: "Alt+J", what: t("key.altJ") },
    { keys: "Alt+L", what: t("key.altL") },
    { keys: "Ctrl+Z", what: t("key.undo") },
    { keys: "N", what: t("key.note") },
    { keys: "M", what: t("key.map") },
    { keys: "C", what: t("key.cordon") },
    { keys: "R", what: t("key.reach") },
    { keys: "W", what: t("key.whyOthers") },
    { keys: "S", what: t("key.sound") },
    { keys: "› D", what: t("key.D") },
    { keys: "› E", what: t("key.E") },
    { keys: "› A", what: t("key.Ar") },
    { keys: "› C", what: t("key.C") },
    { keys: "› V", what: t("key.V") },
    { keys: "› X", what: t("key.X") },
    { keys: "› R", what: t("key.R") },
    { keys: "› P", what: t("key.P") },
    { keys: "› N", what: t("key.N") },
    { keys: "› F", what: t("key.Fi") },
    { keys: "› M", what: t("key.M") },
    { keys: "› J", what: t("key.J") },
  ];
}
