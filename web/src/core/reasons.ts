/**
 * The pure twin of an action: why it cannot run now, or null when it can.
 *
 * Button, menu, key and typed command all ask the same function, so they never disagree. A reason is a message key with its
 * values, not a sentence: the core knows no language.
 */
export interface Reason<K extends string = string> {
  readonly key: K;
  readonly values?: Readonly<Record<string, string | number>>;
}

export type DisabledReason<State, Input, K extends string = string> = (state: State, input: Input) => Reason<K> | null;

export function reason<K extends string>(key: K, values?: Readonly<Record<string, string | number>>): Reason<K> {
  return values ? { key, values } : { key };
}

/** The first reason that stands. */
export function firstReason<K extends string>(...reasons: readonly (Reason<K> | null | false)[]): Reason<K> | null {
  for (const each of reasons) if (each) return each;
  return null;
}
