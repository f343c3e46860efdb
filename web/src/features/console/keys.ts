/** Every key of the console, for F1, and what each that does nothing now waits for. */

import type { World } from "../../live/world";
import type { HelpKey } from "../../ui";
import type { ConsoleT } from "./context";
import { takeableOf } from "./ringing/calls";
import { useDesk } from "./store";

/** What keys work on: each is there now, or not. */
const NEEDS = ["incident", "form", "ringing", "callBack", "undo", "callers", "unit"] as const;
type Need = (typeof NEEDS)[number];
export type Now = Readonly<Record<Need, boolean>>;

export function nowOf(world: World): Now {
  const { selected, form, undo, end } = useDesk.getState();
  return {
    incident: selected !== null && world.incident.get(selected) !== undefined,
    form: form !== null && end === "form",
    ringing: takeableOf(world.call.values(), null).length > 0,
    callBack: [...world.call.values()].some((call) => call.call_back === "due"),
    undo: undo !== null,
    callers: end === "callers",
    unit: end === "unit",
  };
}

export function helpKeys(t: ConsoleT, now: Now): readonly HelpKey[] {
  const off = (need: Need) => (now[need] ? null : t(`key.need.${need}`));
  return [
    { keys: "F1", what: t("key.F1") },
    { keys: "F2", what: t("key.F2") },
    { keys: "F3  /", what: t("key.F3") },
    { keys: "F4", what: t("key.F4") },
    { keys: "F6", what: t("key.F6"), off: off("incident") },
    { keys: "F7", what: t("key.F7"), off: now.form ? null : off("incident") },
    { keys: "F8 F9", what: t("key.F8"), off: now.form ? null : off("incident") },
    { keys: "F10", what: t("key.F10"), off: off("incident") },
    { keys: "Esc", what: t("key.Esc") },
    { keys: "A", what: t("key.A"), off: off("ringing") },
    { keys: "T", what: t("key.T"), off: off("callBack") },
    { keys: "Alt+R N B X", what: t("key.callBack"), off: off("callBack") },
    { keys: "↑ ↓  J K", what: t("key.arrows") },
    { keys: "Enter", what: t("key.Enter"), off: off("incident") },
    { keys: "1 … 9", what: t("key.digits"), off: off("incident") },
    { keys: "Space", what: t("key.space"), off: off("incident") },
    { keys: "Alt+1 … 6", what: t("key.panels") },
    { keys: "Ctrl+P", what: t("key.print"), off: off("incident") },
    { keys: "Alt+Y", what: t("key.windowsMenu") },
    { keys: "Alt+I", what: t("key.paper") },
    { keys: "Alt+Shift+1 … 5", what: t("key.windows") },
    { keys: "Ctrl+Enter", what: t("key.ctrlEnter") },
    { keys: "Alt+J", what: t("key.altJ"), off: off("form") },
    { keys: "Alt+L", what: t("key.altL"), off: off("form") },
    { keys: "Alt+W", what: t("key.altW"), off: off("form") },
    { keys: "Alt+K", what: t("key.altK"), off: off("form") },
    { keys: "Alt+U", what: t("key.altU"), off: off("form") },
    { keys: "Alt+Q", what: t("key.altQ"), off: off("form") },
    { keys: "Alt+P", what: t("key.altP"), off: off("form") },
    { keys: "Alt+C", what: t("key.altC"), off: off("form") },
    { keys: "Alt+V", what: t("key.altV"), off: off("form") },
    { keys: "Alt+O", what: t("key.altO"), off: off("form") },
    { keys: "Alt+S", what: t("key.altS") },
    { keys: "Alt+H", what: t("key.altH") },
    { keys: "Alt+A", what: t("title.addresses") },
    { keys: "Alt+T", what: t("key.handOver") },
    { keys: "Ctrl+Z", what: t("key.undo"), off: off("undo") },
    { keys: "N", what: t("key.note"), off: off("incident") },
    { keys: "H", what: t("key.hold"), off: off("incident") },
    { keys: "Q L", what: t("key.kindPlace"), off: off("incident") },
    { keys: "U", what: t("key.join"), off: off("incident") },
    { keys: "X E", what: t("key.cancel"), off: off("incident") },
    { keys: "D Y E", what: t("key.unit"), off: off("unit") },
    { keys: "I", what: t("key.past"), off: off("incident") },
    { keys: "V", what: t("key.playback"), off: off("incident") },
    { keys: "M", what: t("key.map"), off: off("incident") },
    { keys: "F", what: t("key.search") },
    { keys: "C", what: t("key.cordon"), off: off("incident") },
    { keys: "R", what: t("key.reach") },
    { keys: "G", what: t("key.callers"), off: off("incident") },
    { keys: "O X Y L", what: t("key.callersIn"), off: off("callers") },
    { keys: "B", what: t("key.roads") },
    { keys: "P", what: t("key.warnings") },
    { keys: "W", what: t("key.whyOthers"), off: off("incident") },
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
    { keys: "› H", what: t("key.H") },
    { keys: "› T", what: t("key.Ta") },
    { keys: "› F", what: t("key.Fi") },
    { keys: "› M", what: t("key.M") },
    { keys: "› J", what: t("key.J") },
    { keys: "› J", what: t("key.JJ") },
  ];
}
