/** What React Aria is told of the language: calendar and digits go with it. */

// Year first in both, as everywhere on the page: of English, South Africa writes so.
export const LOCALES = { fa: "fa-IR-u-ca-persian-nu-arabext-hc-h23", en: "en-ZA-u-ca-gregory-nu-latn-hc-h23" } as const;
