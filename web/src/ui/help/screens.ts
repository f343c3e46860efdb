/** What F1 says on each screen: how many sentences, and which words of the glossary stand there. Pure, no page. */

import { matches } from "../../core/text";

export const SCREENS = {
  console: {
    sentences: 4,
    terms: [
      "call",
      "incident",
      "priority",
      "draft",
      "recommendation",
      "passed_over",
      "assignment",
      "pre_alert",
      "offer",
      "answer_window",
      "en_route",
      "on_scene",
      "clear",
      "withdraw",
      "backup",
      "free_soon",
      "emergency",
      "safety_check",
      "cordon",
      "coverage",
      "call_back",
      "alarm",
      "escalation",
      "acknowledge",
      "tasking",
    ],
  },
  board: {
    sentences: 4,
    terms: [
      "incident",
      "priority",
      "waiting_reason",
      "assignment",
      "en_route",
      "on_scene",
      "alarm",
      "escalation",
      "acknowledge",
      "emergency",
      "tasking",
      "trend",
      "day_report",
      "office",
      "tier",
    ],
  },
  admin: {
    sentences: 3,
    terms: [
      "office",
      "tier",
      "setting",
      "setting_draft",
      "rules",
      "dictionary",
      "key_question",
      "response_plan",
      "unit",
      "call_sign",
      "handheld",
      "tracker",
      "dispatcher",
      "call_taker",
      "administrator",
    ],
  },
  field: {
    sentences: 5,
    terms: [
      "offer",
      "answer_window",
      "refuse",
      "en_route",
      "on_scene",
      "clear",
      "short_report",
      "backup",
      "own_event",
      "free_soon",
      "safety_check",
      "emergency",
    ],
  },
  welcome: {
    sentences: 3,
    terms: ["call_taker", "dispatcher", "administrator", "desk", "board", "handheld", "call_sign", "tier"],
  },
} as const;

export type Screen = keyof typeof SCREENS;
export type Term = (typeof SCREENS)[Screen]["terms"][number];

/** A key of the screen; `off` says why it does nothing now. */
export interface HelpKey {
  readonly keys: string;
  readonly what: string;
  readonly off?: string | null;
}

/** Whether a line of the help has what was looked for, however it is written. */
export function has(query: string, ...texts: readonly string[]): boolean {
  return query.trim() === "" || matches(texts.join(" "), query);
}
