import type { KeyboardEvent, Ref } from "react";
import { useMemo, useRef, useState } from "react";
import { useApp, useDerived, useReference } from "../../app/hooks";
import { reason } from "../../core/reasons";
import { matches } from "../../core/text";
import { provinceOf } from "../../core/units";
import { CommandLine, UndoBar } from "../../ui";
import { DISPOSITIONS } from "./acts/incidents";
import type { Command, CommandWorld } from "./command";
import { parse, SignIndex } from "./command";
import { completions } from "./complete";
import { assignmentOf, useConsole, useWords } from "./context";
import { mayCommand } from "./roles";
import { useDesk } from "./store";

const HISTORY = 50;
/** So many of the words that Tab would make are named. */
const NAMED = 4;

export function useCommandWorld(): () => CommandWorld {
  const { world } = useApp();
  const words = useWords();
  const { session, offices } = useReference();
  const { advice } = useConsole();
  const signs = useRef<{ readonly size: number; readonly index: SignIndex } | null>(null);
  return useMemo(
    () => () => {
      const desk = useDesk.getState();
      return {
        selected: world.incident.get(desk.selected) ?? null,
        call: desk.form ? (desk.forms[desk.form]?.call ?? null) : null,
        incidents: () => world.incident.values(),
        units: () => world.unit.values(),
        unitBySign: (word) => {
          if (signs.current?.size !== world.unit.size)
            signs.current = { size: world.unit.size, index: new SignIndex(world.unit.values()) };
          return world.unit.get(signs.current.index.find(word));
        },
        assignment: (unit) => assignmentOf(world, unit),
        kindName: words.kind,
        dispositions: DISPOSITIONS,
        dispositionName: words.disposition,
        office: (text) => {
          const known = (["station", "county", "province"] as const).flatMap((tier) => offices.ofTier(tier));
          const found =
            known.find((each) => each.code.toLowerCase() === text.toLowerCase()) ??
            known.find((each) => matches(`${each.name.fa} ${each.name.en}`, text));
          return found && { id: found.id, name: words.office(found.id) };
        },
        rank: (unit) => {
          const now = advice.current?.incident === desk.selected ? advice.current.value.candidates : [];
          const at = now.findIndex((each) => each.unit === unit.id);
          return at < 0 ? now.length : at;
        },
        whyNot: (verb) =>
          mayCommand(session, verb)
            ? null
            : reason("why.role", { role: words.t.maybe(`role.${session.role}`) ?? session.role }),
      };
    },
    [world, words, session, advice, offices],
  );
}

type Reading = ReturnType<typeof parse>;

/** Whether two readings of a line look the same; the command itself is read anew when Enter is pressed. */
function sameReading(a: Reading, b: Reading): boolean {
  const shown = ({ command, preview, problem, wrong }: Reading) =>
    JSON.stringify([command !== null, preview, problem, wrong]);
  return shown(a) === shown(b);
}

/** One line for everything: what it will do stands beside it in words before Enter is pressed. */
export function CommandBar({ inputRef }: { readonly inputRef: Ref<HTMLInputElement> }) {
  const words = useWords();
  const { t } = words;
  const { acts } = useConsole();
  const around = useCommandWorld();
  const run = useRun();
  const { world } = useApp();
  const [text, setText] = useState("");
  const [tab, setTab] = useState<{ list: readonly string[]; at: number } | null>(null);
  // Enter was pressed once on a line that takes a unit from other work.
  const [armed, setArmed] = useState(false);
  const history = useRef<string[]>([]);
  const back = useRef(-1);
  const said = useDesk((desk) => desk.said);
  // The world changes under a line that stands there: what Enter would do is told as it is now.
  const read = () => parse(text, around());
  const byIncidents = useDerived(world.incident, read, [text, around], sameReading);
  const parsed = useDerived(world.unit, read, [text, around, byIncidents], sameReading);

  const change = (to: string) => {
    setText(to);
    setTab(null);
    setArmed(false);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      if (event.ctrlKey) return;
      event.preventDefault();
      const now = parse(text, around());
      if (now.command?.act === "send" && now.command.divert && !(armed && !event.repeat)) {
        setArmed(true);
      } else if (now.command) {
        history.current = [text, ...history.current.filter((each) => each !== text)].slice(0, HISTORY);
        back.current = -1;
        change("");
        run(now.command);
      } else if (now.problem) useDesk.getState().say(now.problem, true);
    } else if (event.code === "Tab" && !event.shiftKey && text.trim() !== "") {
      const list = tab?.list ?? completions(text, around());
      if (list.length === 0) return;
      event.preventDefault();
      const at = tab ? (tab.at + 1) % list.length : 0;
      setText(list[at] ?? text);
      setTab({ list, at });
    } else if (event.code === "ArrowUp" || event.code === "ArrowDown") {
      event.preventDefault();
      const next = back.current + (event.code === "ArrowUp" ? 1 : -1);
      if (next < -1 || next >= history.current.length) return;
      back.current = next;
      change(next < 0 ? "" : (history.current[next] ?? ""));
    } else if (event.code === "Escape") {
      event.preventDefault();
      if (text) change("");
      else if (useDesk.getState().follow) useDesk.getState().set({ follow: null });
      else event.currentTarget.blur();
    } else if (event.code === "KeyZ" && event.ctrlKey && text === "") {
      event.preventDefault();
      void acts.undo();
    } else return;
    event.stopPropagation();
  };
  const begun = useBegun(text, parsed, around);
  const preview = begun
    ? t("cmd.tab", { list: begun })
    : parsed.preview
      ? t(armed ? "cmd.preview.divertAgain" : parsed.preview.key, parsed.preview.values)
      : parsed.problem
        ? t(parsed.problem.key, parsed.problem.values)
        : null;
  const fresh = said && !text;
  return (
    <div className="command" role="search" aria-label={t("title.command")}>
      <CommandLine
        inputRef={inputRef}
        label={t("cmd.label")}
        text={text}
        placeholder={fresh ? "" : t("cmd.placeholder", { example: "D 1234 A12", help: "F1" })}
        preview={text ? preview : fresh && t(said.text.key, said.text.values)}
        state={text ? (parsed.command ? "ready" : "not") : "idle"}
        bad={text ? armed || (!parsed.command && !begun) : (said?.bad ?? false)}
        wrong={begun ? null : (parsed.wrong ?? null)}
        onText={change}
        onKeyDown={onKeyDown}
      />
      <Undoing />
    </div>
  );
}

/** A word that is the beginning of others is not wrong yet: what Tab would make of it; null where there is nothing. */
function useBegun(text: string, parsed: Reading, around: () => CommandWorld): string | null {
  const last = parsed.problem?.key === "cmd.notFound" && parsed.wrong?.[1] === text.length;
  return useMemo(() => {
    if (!last) return null;
    const words = completions(text, around()).slice(0, NAMED);
    return words.length > 0
      ? words
          .map((line) =>
            line
              .trim()
              .split(/[\s,،.]/)
              .at(-1),
          )
          .join("  ")
      : null;
  }, [last, text, around]);
}

function Undoing() {
  const { t } = useWords();
  const { acts } = useConsole();
  const undo = useDesk((desk) => desk.undo);
  const set = useDesk((desk) => desk.set);
  const over = useRef(() => set({ undo: null }));
  if (!undo) return null;
  return (
    <UndoBar key={undo.id} until={undo.until} keyHint="Ctrl+Z" onUndo={() => void acts.undo()} onOver={over.current}>
      <span className="undo-what truncate">{t(undo.text.key, undo.text.values)}</span>
    </UndoBar>
  );
}

/** Do what a parsed line says. */
function useRun(): (command: Command) => void {
  const { acts, fly } = useConsole();
  const { world } = useApp();
  return (command) => {
    const desk = useDesk.getState();
    switch (command.act) {
      case "send":
        void acts.incidents.send(command.incident, command.units, command.divert);
        return;
      case "step":
        void acts.units.step(
          command.assignments,
          command.step,
          command.step === "withdraw" ? { reason: "by_hand" } : { disposition: command.disposition },
        );
        return;
      case "available":
        void acts.units.available(command.units, true);
        return;
      case "priority":
        void acts.incidents.priority(command.incident, command.priority, command.words);
        return;
      case "pass":
        void acts.incidents.task(command.incident, "pass_on", command.office);
        return;
      case "hold":
        void acts.incidents.hold(command.incident, command.minutes, "other", command.words);
        return;
      case "joinIncident":
        void acts.incidents.join(command.gone, command.into);
        return;
      case "release":
        void acts.incidents.release(command.incident);
        return;
      case "note":
        void acts.incidents.note(command.incident, command.text);
        return;
      case "join": {
        const form = Object.values(desk.forms).find((each) => each.call === command.call);
        if (form) void acts.calls.link(form, command.incident);
        return;
      }
      case "show": {
        if (command.incident) {
          desk.select(command.incident.id);
          if (command.incident.point) fly(command.incident.point, 15);
          else desk.say(reason("said.noPlace", { n: command.incident.number }), true);
        } else if (command.unit) {
          desk.selectUnit(command.unit.id);
          const placed = world.positions.get(provinceOf(command.unit.id), command.unit.slot);
          if (placed) fly(placed.position.point, 15);
          else desk.say(reason("said.noPosition", { unit: command.unit.call_sign }), true);
          desk.set({ follow: command.unit.id });
        }
        return;
      }
      case "find":
        desk.set({ found: command.text });
    }
  };
}
