/** What answers to key questions make of a kind's priority; the same sum as the server's `published/questions.py`. */

import type { Priority } from "../../../core/views";

export interface Option {
  readonly key: string;
  readonly fa: string;
  readonly en: string;
  readonly points?: number;
  readonly short_fa?: string;
  readonly short_en?: string;
}

export interface Question {
  readonly id: string;
  readonly fa: string;
  readonly en: string;
  readonly options: readonly Option[];
}

export interface QuestionSet {
  readonly kind: string;
  readonly questions: readonly Question[];
  readonly floor?: number | null;
}

/** Question to option; an empty option was taken back. */
export type Answers = Readonly<Record<string, string>>;

const POINTS_OF: readonly (readonly [Priority, number])[] = [
  [1, 8],
  [2, 6],
  [3, 4],
  [4, 2],
  [5, 0],
];

export const ownPoints = (own: Priority): number => POINTS_OF.find(([priority]) => priority === own)?.[1] ?? 0;

/** The points of the answers, null while there are none. */
export function pointsOf(set: QuestionSet, answers: Answers): number | null {
  const chosen = set.questions.flatMap((question) =>
    question.options.filter((each) => each.key === answers[question.id]),
  );
  return chosen.length === 0 ? null : chosen.reduce((sum, option) => sum + (option.points ?? 0), 0);
}

/** The priority that answers propose; null while nothing is answered. */
export function proposedBy(set: QuestionSet, own: Priority, answers: Answers): Priority | null {
  const points = pointsOf(set, answers);
  if (points === null) return null;
  const score = ownPoints(own) + points;
  const reached = POINTS_OF.find(([, least]) => score >= least)?.[0] ?? 5;
  return Math.min(reached, set.floor ?? Math.min(5, own + 1)) as Priority;
}

/** The next question after this one that has no answer; the one after it when all have. */
export function nextAfter(set: QuestionSet, at: number, answers: Answers): number {
  const count = set.questions.length;
  for (let step = 1; step <= count; step++) {
    const next = (at + step) % count;
    if (!answers[set.questions[next]?.id ?? ""]) return next;
  }
  return Math.min(at + 1, count - 1);
}
