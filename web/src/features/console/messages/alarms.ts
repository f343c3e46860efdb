/** Alarms. */

import { catalogue } from "../../../i18n/catalogue";

export const alarmsWords = catalogue(
  {
    "alarm.to": "تا {tier}",
    "alarm.climbs": "بالا می‌رود",
    "alarm.acknowledgedBy": "{who} دید",
    "alarm.none": "هشداری نیست",
    "alarm.more": "{n, plural, other {# هشدار دیگر}}",
    "alarm.together": "{n, plural, other {# هشدار با هم}}",
    "alarm.oldest": "قدیمی‌ترین",
    "alarm.takeAll": "تأیید هر {n}",
    "alarm.fewer": "فقط مهم‌ترین‌ها",
    "alarm.count":
      "هشدارها: {emergency, plural, =0 {اضطراری ندارد} other {# اضطراری}}، {warning, plural, =0 {هشدار ندارد} other {# هشدار}}",
    "alarm.announce": "هشدار اضطراری: {what} {who}",
  },
  {
    "alarm.to": "at {tier}",
    "alarm.climbs": "climbs",
    "alarm.acknowledgedBy": "seen by {who}",
    "alarm.none": "No alarm",
    "alarm.more": "{n, plural, one {# more alarm} other {# more alarms}}",
    "alarm.together": "{n, plural, one {# alarm} other {# alarms together}}",
    "alarm.oldest": "oldest",
    "alarm.takeAll": "Acknowledge all {n}",
    "alarm.fewer": "Only the worst",
    "alarm.count":
      "Alarms: {emergency, plural, =0 {no emergency} one {# emergency} other {# emergencies}}, {warning, plural, =0 {no warning} one {# warning} other {# warnings}}",
    "alarm.announce": "Emergency: {what} {who}",
  },
);
