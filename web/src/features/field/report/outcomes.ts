/** Which outcomes come first when a crew is done, by the kind of the incident. All others are one touch further. */

export const OUTCOMES = [
  "report_taken",
  "settled_on_scene",
  "gone_on_arrival",
  "no_report",
  "arrest",
  "citation",
  "transported",
  "referred",
  "false_alarm",
  "unfounded",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const CRIME: readonly Outcome[] = ["report_taken", "arrest", "gone_on_arrival", "referred", "false_alarm", "unfounded"];
const QUARREL: readonly Outcome[] = [
  "settled_on_scene",
  "report_taken",
  "arrest",
  "gone_on_arrival",
  "transported",
  "referred",
];
const CRASH: readonly Outcome[] = [
  "report_taken",
  "settled_on_scene",
  "transported",
  "citation",
  "gone_on_arrival",
  "referred",
];
const TRAFFIC: readonly Outcome[] = [
  "citation",
  "settled_on_scene",
  "report_taken",
  "gone_on_arrival",
  "no_report",
  "referred",
];
const HELP: readonly Outcome[] = [
  "settled_on_scene",
  "transported",
  "report_taken",
  "referred",
  "false_alarm",
  "no_report",
];
const NUISANCE: readonly Outcome[] = [
  "settled_on_scene",
  "no_report",
  "gone_on_arrival",
  "report_taken",
  "citation",
  "unfounded",
];

/** By the common code of the kind, which every local kind has. */
const FIRST: Readonly<Record<string, readonly Outcome[]>> = {
  ROBBERY: CRIME,
  SHOTSFIRED: CRIME,
  KIDNAP: CRIME,
  BURGLARY: CRIME,
  THEFT: CRIME,
  THEFTREPORT: CRIME,
  VEHICLETHEFT: CRIME,
  FRAUD: CRIME,
  CYBERCRIME: CRIME,
  NARCOTICS: CRIME,
  SUSPICIOUS: CRIME,
  ASSAULTWEAPON: QUARREL,
  FIGHT: QUARREL,
  DOMESTIC: QUARREL,
  ACCIDENT: CRASH,
  ACCIDENTINJURY: CRASH,
  TRAFFIC,
  TRAFFICHAZARD: TRAFFIC,
  MISSINGPERSON: HELP,
  WELFARECHECK: HELP,
  FIREASSIST: HELP,
  RESCUEASSIST: HELP,
  ANIMAL: HELP,
  PROPERTYFOUND: HELP,
  OFFICER: HELP,
  NOISE: NUISANCE,
  DISTURBANCE: NUISANCE,
  CROWD: NUISANCE,
};
const ANY: readonly Outcome[] = [
  "report_taken",
  "settled_on_scene",
  "gone_on_arrival",
  "no_report",
  "referred",
  "false_alarm",
];

export function outcomesFor(kindCommon: string | null): {
  readonly first: readonly Outcome[];
  readonly others: readonly Outcome[];
} {
  const first = (kindCommon && FIRST[kindCommon]) || ANY;
  return { first, others: OUTCOMES.filter((code) => !first.includes(code)) };
}
