/** The words of two incidents that are one. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "join.into": "در رخداد {n} ادغام شد",
  "join.of": "رخداد {n} در این ادغام شده است",
  "join.show": "نمایش رخداد {n}",
  "join.undo": "جدا کردن",
  "join.do": "ادغام با رخداد دیگر",
  "join.choose": "کدام رخداد همین است؟ شماره یا از فهرست",
  "join.hint": "تماس‌ها، واحدها و یادداشت‌های آن به این رخداد می‌آید؛ برگشت‌پذیر است.",
  "join.none": "رخداد باز دیگری نیست",
} as const;

const en: Readonly<Record<keyof typeof fa, string>> = {
  "join.into": "Joined to incident {n}",
  "join.of": "Incident {n} was joined to this one",
  "join.show": "Show incident {n}",
  "join.undo": "Part again",
  "join.do": "Join another incident",
  "join.choose": "Which incident is the same? Its number, or from the list",
  "join.hint": "Its calls, units and notes come to this incident; it can be undone.",
  "join.none": "No other incident is open",
};

export const messages = catalogue(fa, en);
