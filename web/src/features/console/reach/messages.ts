/** The words of the coverage layer. */

import { catalogue } from "../../../i18n/catalogue";

const fa = {
  "reach.title": "پوشش اکنون",
  "reach.titlePoint": "از رخداد {n} تا کجا",
  "reach.show": "پوشش",
  "reach.next": "لایهٔ بعدی",
  "reach.people": "مردم",
  "reach.streets": "خیابان‌ها",
  "reach.calls": "تماس‌های {days} روز",
  "reach.minutes": "{n} دقیقه",
  "reach.free": "{n, plural, =0 {واحد آزادی نیست} other {# واحد آزاد}}",
  "reach.counted": "شمارش {time}",
  "reach.lowest": "کمترین پوشش",
  "reach.none": "هنوز شمرده نشده است",
  "reach.noCalls": "تماسی نیست",
  "gap.none": "خلأ ندارد",
  "gap.lost": "خلأ {share}",
  "gap.backfill": "جای آن {unit}",
  "gap.noBackfill": "بی‌جانشین",
  "gap.why":
    "اگر این واحد برود، در شهرستان آن {people} مردم و {calls} تماس‌ها تا {minutes} دقیقه واحد آزادی نخواهند داشت؛ شمارش {time}",
};

const en: typeof fa = {
  "reach.title": "Covered now",
  "reach.titlePoint": "Reach from incident {n}",
  "reach.show": "Coverage",
  "reach.next": "Next layer",
  "reach.people": "People",
  "reach.streets": "Streets",
  "reach.calls": "Calls of {days} days",
  "reach.minutes": "{n} min",
  "reach.free": "{n, plural, =0 {no free unit} one {# free unit} other {# free units}}",
  "reach.counted": "counted {time}",
  "reach.lowest": "Least covered",
  "reach.none": "Not counted yet",
  "reach.noCalls": "no calls",
  "gap.none": "no gap",
  "gap.lost": "gap {share}",
  "gap.backfill": "{unit} covers",
  "gap.noBackfill": "no backfill",
  "gap.why":
    "If this unit goes, {people} of the people and {calls} of the calls of its county have no free unit within {minutes} minutes; counted {time}",
};

export type ReachKey = keyof typeof fa;
export const messages = catalogue(fa, en);
