/** The fleet while no incident is selected. */

import { catalogue } from "../../../i18n/catalogue";

export const messages = catalogue(
  {
    "overview.title": "ناوگان اکنون",
    "overview.stations": "کلانتری‌ها، کم‌ترین آزاد نخست",
    "overview.office": "یگان",
    "overview.free": "آزاد",
    "overview.duty": "در خدمت",
    "overview.stale": "{n, plural, =0 {موقعیت همه تازه است} other {موقعیت # واحد در خدمت تازه نیست}}",
    "overview.mute": "{n, plural, =0 {دستگاه همه شنیده می‌شود} other {دستگاه # واحد در خدمت بی‌صدا یا دور از دسترس است}}",
    "overview.more": "{n, plural, other {و # یگان دیگر با واحد آزاد بیشتر}}",
    "overview.none": "هیچ واحدی در خدمت نیست",
  },
  {
    "overview.title": "The fleet now",
    "overview.stations": "Stations, fewest free first",
    "overview.office": "Office",
    "overview.free": "Free",
    "overview.duty": "On duty",
    "overview.stale":
      "{n, plural, =0 {Every position is fresh} one {# unit on duty without a fresh position} other {# units on duty without a fresh position}}",
    "overview.mute":
      "{n, plural, =0 {Every handheld can be heard} one {# handheld on duty is mute or out of reach} other {# handhelds on duty are mute or out of reach}}",
    "overview.more": "{n, plural, one {and # more office with more free} other {and # more offices with more free}}",
    "overview.none": "No unit is on duty",
  },
);
