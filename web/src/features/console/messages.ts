/**
 * The words of the console, gathered; each pane says its own in `messages/`, or in the folder of its feature.
 * Words that every face uses are in the common catalogue.
 */

import { alarmWords } from "../../i18n/alarms";
import type { Catalogue } from "../../i18n/catalogue";
import { refusalWords } from "../../i18n/refusals";
import { serviceWords } from "../../i18n/services";
import { actsWords } from "./messages/acts";
import { alarmsWords } from "./messages/alarms";
import { assignmentsWords } from "./messages/assignments";
import { callsWords } from "./messages/calls";
import { commandWords } from "./messages/command";
import { formWords } from "./messages/form";
import { keysWords } from "./messages/keys";
import { panesWords } from "./messages/panes";
import { recommendedWords } from "./messages/recommended";
import { timelineWords } from "./messages/timeline";
import { unitsWords } from "./messages/units";
import { whyWords } from "./messages/why";
import { soonMessages } from "./soon/messages";

const fa = {
  ...panesWords.fa,
  ...unitsWords.fa,
  ...callsWords.fa,
  ...formWords.fa,
  ...recommendedWords.fa,
  ...actsWords.fa,
  ...assignmentsWords.fa,
  ...refusalWords.fa,
  ...serviceWords.fa,
  ...whyWords.fa,
  ...commandWords.fa,
  ...alarmWords.fa,
  ...alarmsWords.fa,
  ...keysWords.fa,
  ...timelineWords.fa,
  ...soonMessages.fa,
};
const en = {
  ...panesWords.en,
  ...unitsWords.en,
  ...callsWords.en,
  ...formWords.en,
  ...recommendedWords.en,
  ...actsWords.en,
  ...assignmentsWords.en,
  ...refusalWords.en,
  ...serviceWords.en,
  ...whyWords.en,
  ...commandWords.en,
  ...alarmWords.en,
  ...alarmsWords.en,
  ...keysWords.en,
  ...timelineWords.en,
  ...soonMessages.en,
};

export type ConsoleKey = keyof typeof fa;

export const messages: Catalogue<ConsoleKey> = { fa, en };
