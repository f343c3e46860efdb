/**
 * React Aria's own words, in the two languages of the site. It carries thirty-four languages and Persian is not among them; this
 * replaces each of its tables by one of English (its own) and Persian (`src/i18n/aria.fa.ts`), which also makes the page smaller.
 * Both stand in every table, so that the language can be switched without a reload.
 */

import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const PERSIAN = fileURLToPath(new URL("../src/i18n/aria.fa.ts", import.meta.url));
const TABLE = /\/(react-aria|react-stately|react-aria-components)\/dist\/private\/(?:(\w+)\/)?intlStrings\.mjs$/;
// Tables that are named otherwise than the folder that reads them.
const NAMED: Readonly<Record<string, string>> = { tooltip: "previewtrigger" };

/** Which table a module of React Aria holds: its name in `aria.fa.ts` and its English file; null for any other module. */
export function tableOf(path: string): { readonly name: string; readonly english: string } | null {
  const found = TABLE.exec(path.replaceAll("\\", "/"));
  if (!found) return null;
  const [, from, folder] = found;
  if (!folder) return { name: "components", english: "./intl/en-US.mjs" };
  const table = NAMED[folder] ?? folder;
  return { name: from === "react-stately" ? `state_${table}` : table, english: `../intl/${table}/en-US.mjs` };
}

const ASKS_BROWSER = /\/react-aria\/dist\/private\/i18n\/useDefaultLocale\.mjs$/;
const SUPPORTED = /try \{\s*Intl\.DateTimeFormat\.supportedLocalesOf\([\s\S]*?\} catch\s*\{[\s\S]*?\}/;

/**
 * Leave out that React Aria asks, as it is loaded, whether the browser knows its own language: the page says which language it is in
 * (`ui/aria/Speak.tsx`), and the question takes a slow machine 70 ms of each start.
 */
export function withoutAsking(code: string): string {
  if (!SUPPORTED.test(code)) throw new Error("React Aria finds the browser's language in another way than before");
  return code.replace(SUPPORTED, "");
}

export function ariaStrings(): Plugin {
  return {
    name: "nazdik-aria-strings",
    enforce: "pre",
    transform(code, id) {
      return ASKS_BROWSER.test(id.replaceAll("\\", "/")) ? { code: withoutAsking(code), map: null } : null;
    },
    load(id) {
      const table = tableOf(id.split("?")[0] ?? id);
      if (!table) return null;
      return `import en from "${table.english}";
import { ${table.name} as fa } from ${JSON.stringify(PERSIAN)};
export default { "en-US": en, fa };`;
    },
  };
}
