import { useMemo } from "react";
import { useReference } from "../../../app/hooks";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Choice } from "../../../ui";
import { messages } from "./messages";

/** The kinds of incidents by name, for a list that opens. */
export function useKindOptions(): readonly (readonly [string, string])[] {
  const t = useT(messages);
  const named = useNamed();
  const { kinds } = useReference();
  const { compare } = useFormats();
  return useMemo(
    () =>
      [...kinds.values()]
        .sort((a, b) => Number(a.retired) - Number(b.retired) || compare(named(a.name), named(b.name)))
        .map(
          (kind) =>
            [kind.code, kind.retired ? t("books.retired", { kind: named(kind.name) }) : named(kind.name)] as const,
        ),
    [kinds, named, compare, t],
  );
}

/** Priority 1 to 5, or none of its own. */
export function PriorityChoice({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number | null | undefined;
  readonly onChange: (value: number | null) => void;
}) {
  const t = useT(messages);
  const options = [
    ["", t("books.noPriority")],
    ...[1, 2, 3, 4, 5].map((n) => [String(n), t("priority.word", { n })]),
  ] as const;
  return (
    <Choice
      label={label}
      value={value == null ? "" : String(value)}
      options={options as readonly (readonly [string, string])[]}
      onChange={(one) => onChange(one === "" ? null : Number(one))}
    />
  );
}
