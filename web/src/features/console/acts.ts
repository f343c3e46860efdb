/** Everything this desk can ask of the server: one function an act, each with its undo where a compensating act exists. */

import type { App } from "../../app/app";
import { AlarmActs } from "./acts/alarms";
import { Asking } from "./acts/asking";
import { CallerActs } from "./acts/callers";
import { CallActs } from "./acts/calls";
import { DeskActs } from "./acts/desk";
import { IncidentActs } from "./acts/incidents";
import { PlaceActs } from "./acts/places";
import { UnitActs } from "./acts/units";

export class Acts extends Asking {
  readonly alarms: AlarmActs;
  readonly callers: CallerActs;
  readonly calls: CallActs;
  readonly desk: DeskActs;
  readonly incidents: IncidentActs;
  readonly places: PlaceActs;
  readonly units: UnitActs;

  constructor(app: App) {
    super(app);
    this.alarms = new AlarmActs(app);
    this.callers = new CallerActs(app);
    this.calls = new CallActs(app);
    this.desk = new DeskActs(app);
    this.incidents = new IncidentActs(app);
    this.places = new PlaceActs(app);
    this.units = new UnitActs(app);
  }
}
