/** Why a crew cannot take an assignment: the same four words on the handheld, at the desk that notes it, and in the history. */

import { catalogue } from "./catalogue";

/** As the server takes them, in the order in which they are offered. */
export const REFUSALS = ["vehicle_fault", "busy_with_citizen", "no_way_through", "crew_incomplete"] as const;

export const refusalWords = catalogue(
  {
    "refusal.vehicle_fault": "خرابی خودرو",
    "refusal.busy_with_citizen": "درگیر کار شهروند",
    "refusal.no_way_through": "راه بسته است",
    "refusal.crew_incomplete": "خدمه کامل نیست",
  },
  {
    "refusal.vehicle_fault": "Vehicle fault",
    "refusal.busy_with_citizen": "Busy with a citizen",
    "refusal.no_way_through": "No way through",
    "refusal.crew_incomplete": "Crew incomplete",
  },
);
