import { useMemo } from "react";
import { useReference } from "../../app/hooks";
import type { OfficeId } from "../../core/units";
import { useFormats, useNamed } from "../../i18n/hooks";

/** The offices below the session's own, for a list that opens; deeper ones are set in. */
export function useOfficeOptions(): readonly (readonly [string, string])[] {
  const named = useNamed();
  const { offices, session } = useReference();
  const { compare } = useFormats();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `named` follows the language, and so does `compare`.
  return useMemo(() => {
    const root = offices.find((session.province ?? session.office) as OfficeId);
    if (!root) return [];
    const found: (readonly [string, string])[] = [[root.id, named(root.name)]];
    const walk = (id: OfficeId, before: string) => {
      for (const below of [...offices.childrenOf(id)].sort((a, b) => compare(named(a.name), named(b.name)))) {
        found.push([below.id, before + named(below.name)]);
        walk(below.id, `${before}— `);
      }
    };
    walk(root.id, "— ");
    return found;
  }, [offices, session, compare]);
}
