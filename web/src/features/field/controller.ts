/** The handheld's own works, outside React: rings, receipts, heartbeat, outbox, position, and what was taken away. */

import { createStore } from "zustand/vanilla";
import { uuid7 } from "../../api/uuid7";
import type { App } from "../../app/app";
import { isEnded } from "../../core/selectors";
import type { AssignmentId, Time, UnitId } from "../../core/units";
import { provinceOf } from "../../core/units";
import type { Incident } from "../../core/views";
import { FORMATS } from "../../i18n/formats";
import { usePrefs } from "../../i18n/prefs";
import { notify, ScreenLock, watchBattery } from "./device";
import { finger } from "./finger";
import { pathOf } from "./hazards/hazards";
import { keep } from "./keep";
import type { Here } from "./locator";
import { Locator } from "./locator";
import { readRealerts, steadyMs, writeDiscreet, writeGone, writeRealerts, writeSlip } from "./memory";
import type { Gone, Work } from "./mission";
import {
  goneSince,
  INERT_MS,
  isOffer,
  isPreAlert,
  isRunning,
  othersOn,
  ownWork,
  projected,
  projectedUnit,
} from "./mission";
import type { Act } from "./outbox";
import { Outbox } from "./outbox";
import { pocket } from "./pocket";
import { inOrder, isBulky, stands, UNDO_MS } from "./queue";
import type { SelfTest } from "./selftest/checks";
import { report } from "./selftest/checks";
import { runSelfTest } from "./selftest/run";
import type { Tone } from "./sound";
import { SoundBox } from "./sound";
import type { FieldState, Seen, Slip } from "./state";
import { firstState, NOTHING } from "./state";
import { Upkeep } from "./upkeep";

export const APP_VERSION = "0.1.0";
const HEALTH_EVERY_MS = 5_000;
/** 400 kB over 50 kbit/s. */
const PHOTO_TIMEOUT_MS = 70_000;

/** Steps that can be taken back after they were sent, by their names at the server. */
const STEPS: Readonly<Record<string, string>> = { on_scene: "on_scene", transport: "transporting", clear: "cleared" };

/** What gives the one forward button another meaning. */
const MOVES_ON: ReadonlySet<string> = new Set(["accept", "en_route", "on_scene", "transport", "take_back"]);

export class Field {
  readonly app: App;
  readonly unit: UnitId;
  readonly sound = new SoundBox();
  readonly keep = keep;
  readonly lock = new ScreenLock();
  readonly outbox: Outbox;
  readonly locator: Locator;
  readonly #upkeep: Upkeep;
  readonly store = createStore<FieldState>(firstState);

  #work: readonly Work[] = [];
  #stops: (() => void)[] = [];
  #heardOf = new Set<string>();
  #realerts = new Map<string, string>(readRealerts());
  #rung: string | null = null;
  #lastLink = "";
  #rememberTimer: ReturnType<typeof setTimeout> | null = null;
  #fresh = false;
  #settling = false;
  #forgot = false;
  #steppedMs = Number.NEGATIVE_INFINITY;
  readonly #workListeners = new Set<() => void>();

  constructor(app: App, unit: UnitId) {
    this.app = app;
    this.unit = unit;
    const time = () => ({
      nowMs: app.clock.now(),
      timed: app.clock.synchronised,
      steadyMs: steadyMs(),
    });
    this.outbox = new Outbox({
      keep: this.keep,
      unit,
      send: async (entry, waitedMs) => {
        try {
          return await app.api.command(entry.path, entry.body, {
            id: entry.id,
            retries: 0,
            waitedMs,
            ...(isBulky(entry) ? { timeoutMs: PHOTO_TIMEOUT_MS } : {}),
            action: entry.action,
            subjects: [entry.subject],
          });
        } catch (error) {
          // The outbox shows it itself, with its own reason.
          app.pending.dismiss(entry.id);
          throw error;
        }
      },
      newId: () => uuid7(),
      time,
      linkUp: () => navigator.onLine && app.live.link().state === "live",
      later: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      chance: Math.random,
      onRefused: (entry, problem) => {
        if (entry.action === "accept" && problem.code === "dispatch.offer_withdrawn")
          this.#tooLate(entry.subject, problem.details);
      },
    });
    this.locator = new Locator({
      keep: this.keep,
      unit,
      send: (fixes) => app.api.post("/v1/positions", fixes),
      time,
    });
    this.#upkeep = new Upkeep(this.lock, this.locator, this.sound);
  }

  start(): void {
    const { app } = this;
    void this.outbox.start();
    void this.#recall();
    void watchBattery((battery, charging) => this.store.setState({ battery, charging }));
    const look = () => this.#look();
    this.#stops = [
      app.world.incident.subscribeAll(look),
      app.world.message.subscribeAll(() => this.#hearMessages()),
      app.world.unit.subscribeAll(() => {
        this.#tend();
        this.#remember();
      }),
      app.world.detail.subscribeAll(() => this.#remember()),
      this.outbox.subscribe(look),
      this.store.subscribe(({ slip }, before) => slip !== before.slip && writeSlip(slip)),
      app.live.onCommands((ids) => this.outbox.confirm(ids)),
      app.live.subscribe(() => this.#linkChanged()),
      this.sound.subscribe(() => {
        this.#tend();
        this.#beat();
      }),
      finger.subscribe(() => this.#tend()),
      every(HEALTH_EVERY_MS, () => this.#beat()),
      listen("online", () => this.outbox.linkCameUp()),
      // Any touch serves: after a reload there may be no time for a button. A finger counts for the browser when it leaves the glass.
      listen("pointerdown", () => this.#upkeep.touched()),
      listen("pointerup", () => this.#upkeep.touched()),
      listen("keydown", () => this.#upkeep.touched()),
    ];
    this.#look();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.outbox.stop();
    this.locator.stop();
    this.sound.stop();
    this.lock.release();
    if (this.#rememberTimer !== null) clearTimeout(this.#rememberTimer);
    this.#rememberTimer = null;
  }

  #tend(): void {
    const { unit } = this;
    const known = this.app.world.unit.get(unit) ?? this.store.getState().remembered.unit;
    const entries = this.outbox.entries();
    const at = new Date(this.app.clock.now()).toISOString() as Time;
    const own = known ? projectedUnit(known, entries, at) : null;
    const urgent = own?.emergency != null;
    const onDuty = own?.on_duty === true;
    this.#upkeep.tend(urgent || onDuty, urgent);
    // Nobody is asked for a touch that another one has made needless; but what that one is upon stays until it is done.
    if (onDuty && this.sound.state() === "ok" && !this.store.getState().prepared && !finger.isDown())
      this.store.setState({ prepared: true });
  }

  /** The one touch: everything that a browser gates behind a gesture, then the tests, then duty. */
  async prepare(): Promise<void> {
    let begun = false;
    const { sounded, over } = runSelfTest(
      {
        sound: this.sound,
        lock: this.lock,
        locator: this.locator,
        keep: this.keep,
        clock: this.app.clock,
        battery: () => {
          const { battery: level, charging } = this.store.getState();
          return { level, charging };
        },
        live: () => this.app.live.link().state === "live",
      },
      // Put aside by the officer, it stays so; what still comes in is told to the centre all the same.
      (test) => this.store.setState((now) => (now.test || !begun ? { test } : {})),
    );
    begun = true;
    void over.then((test) => this.#tellTest(test));
    // On duty an offer may come at once; the tone that is being tried must not silence it.
    await sounded;
    this.store.setState({ prepared: true });
    this.#beat();
    const unit = this.app.world.unit.get(this.unit);
    if (!unit?.on_duty)
      this.act({
        action: "duty",
        path: `/v1/units/${this.unit}/duty`,
        body: { on: true },
        subject: this.unit,
      });
  }

  /** Through the outbox, and without `act`: an offer may ring by now, and must go on ringing. */
  #tellTest(test: SelfTest): void {
    const device_at = new Date(this.app.clock.now()).toISOString();
    this.outbox.add({
      action: "self_test",
      path: `/v1/units/${this.unit}/self-test`,
      body: { checks: report(test), app_version: APP_VERSION, device_at },
      subject: this.unit,
    });
  }

  /** Say that a hazard was read. An offer that rings goes on ringing: reading is no answer to it. */
  readHazard(incident: string, note: string): void {
    this.outbox.add({ action: "hazard", path: pathOf(incident, note), body: {}, subject: incident });
  }

  closeTest(): void {
    this.store.setState({ test: null });
  }

  /** Record an act in the outbox; device time and id are added there. */
  act(act: Act): void {
    this.sound.stop();
    if (MOVES_ON.has(act.action)) this.#steppedMs = performance.now();
    const at = new Date(this.app.clock.now()).toISOString();
    const timed = act.action === "note" || act.action === "duty" || act.action === "status";
    const entry = this.outbox.add(timed ? act : { ...act, body: { ...act.body, device_at: at } });
    if (!(act.action in STEPS)) return;
    const action = act.action as Slip["action"];
    const until = steadyMs() + UNDO_MS;
    this.store.setState({ slip: { entry: entry.id, assignment: act.subject, action, label: entry.label, until } });
  }

  /** Whether the forward button got another meaning only a moment ago, so that a touch may still mean the old one. */
  isSettling(): boolean {
    return performance.now() - this.#steppedMs < INERT_MS;
  }

  /** Take the last step back: out of the outbox if it is still there, else with a step of its own. */
  takeBack({ entry, assignment, action, label }: Slip): void {
    this.store.setState({ slip: null });
    if (this.outbox.undo(entry)) return;
    const body = { step: STEPS[action] };
    this.act({
      action: "take_back",
      path: `/v1/assignments/${assignment}/take-back`,
      body,
      subject: assignment,
      label,
    });
  }

  setDiscreet(discreet: boolean): void {
    this.store.setState({ discreet });
    writeDiscreet(discreet);
  }

  /** Sound, unless this officer called for help where a sound would betray them: then the device only shakes. */
  #ring(tone: Tone, onSounded?: () => void): void {
    const { discreet } = this.store.getState();
    const help =
      tone === "emergency" ||
      this.app.world.unit.get(this.unit)?.emergency != null ||
      this.outbox.entries().some((entry) => entry.action === "emergency" && stands(entry));
    if (discreet && help && tone !== "offer") navigator.vibrate?.([120, 60, 300]);
    else this.sound.ring(tone, onSounded);
  }

  emergency(): void {
    const here = this.here();
    this.act({
      action: "emergency",
      path: `/v1/units/${this.unit}/emergency`,
      body: here && this.app.clock.now() - here.at < 120_000 ? { point: here.point } : {},
      subject: this.unit,
    });
    this.#ring("emergency");
  }

  endEmergency(): void {
    this.act({ action: "emergency_end", path: `/v1/units/${this.unit}/emergency/end`, subject: this.unit });
  }

  dismissGone(assignment: string): void {
    this.sound.stop();
    this.#setGone(this.store.getState().gone.filter((gone) => gone.assignment !== assignment));
    for (const entry of this.outbox.entries())
      if (entry.subject === assignment && entry.state === "refused") this.outbox.dismiss(entry.id);
  }

  dismissChanged(): void {
    this.sound.stop();
    this.store.setState({ changed: null });
  }

  /** Where this unit is: by its own device, else by what the server knows of it (a tracker, the simulator). */
  here(): Here | null {
    const own = this.locator.here();
    const unit = this.app.world.unit.get(this.unit);
    const placed = unit ? this.app.world.positions.get(provinceOf(this.unit), unit.slot) : undefined;
    const told: Here | null = placed
      ? {
          point: placed.position.point,
          heading: placed.position.heading,
          speedMPerS: placed.position.speedMPerS,
          at: placed.fixedAt,
        }
      : null;
    if (!own) return told;
    // The device's own eye is nearer than the server's echo of it, unless it has closed.
    return told && told.at > own.at + 10_000 ? told : own;
  }

  /** Everything of this unit, with what the outbox holds laid over it. */
  work = (): readonly Work[] => this.#work;

  subscribeWork = (listener: () => void): (() => void) => {
    this.#workListeners.add(listener);
    return () => void this.#workListeners.delete(listener);
  };

  #look(): void {
    const before = this.#work;
    const held = ownWork(this.unit, this.#incidents());
    const entries = this.outbox.entries();
    const after = held.map((work) => projected(work, entries));
    this.#work = after;
    if (this.#fresh) {
      // Also what was sent just before this page was opened anew.
      const { slip } = this.store.getState();
      const doneHere = new Set<string>(slip?.action === "clear" ? [slip.assignment] : []);
      for (const entry of [...this.outbox.sent(), ...entries].sort(inOrder)) {
        if (!stands(entry)) continue;
        if (entry.action === "clear" || entry.action === "refuse") doneHere.add(entry.subject);
        // What ended by mistake leaves the stream for a moment before it is back: that is no news either.
        else if (entry.action === "take_back" && this.app.clock.now() - Date.parse(entry.deviceAt) > UNDO_MS)
          doneHere.delete(entry.subject);
      }
      const news = goneSince(before, after, doneHere);
      const known = this.store.getState().gone;
      const kept = known.map((gone) => this.#told(gone, after));
      if (news.length > 0 || kept.some((gone, n) => gone !== known[n])) {
        const ids = new Set(news.map((gone) => gone.assignment));
        this.#setGone([...kept.filter((gone) => !ids.has(gone.assignment)), ...news].slice(-4));
      }
      if (news.length > 0) this.#rung = null;
      if (news.some((gone) => gone.accepted || gone.state !== "unknown")) this.#ring("taken");
    }
    for (const work of after) this.#answer(work);
    this.#settleSound(after);
    this.#tend();
    this.#remember();
    for (const listener of this.#workListeners) listener();
  }

  /** Who has it now may be known only a moment after it was taken away. */
  #told(gone: Gone, work: readonly Work[]): Gone {
    const current = work.find((each) => each.assignment.id === gone.assignment);
    if (!current) return gone;
    const nowWith = othersOn(current);
    const same = nowWith.length === 0 || nowWith.join() === gone.nowWith.join();
    return same ? gone : { ...gone, nowWith };
  }

  /** Receipts and sound for what has just come in. */
  #answer(work: Work): void {
    const { assignment, incident } = work;
    if (!this.#fresh) return;
    if (isPreAlert(assignment) && !this.#heardOf.has(`pre ${assignment.id}`)) {
      this.#heardOf.add(`pre ${assignment.id}`);
      this.#ring("prepare");
      return;
    }
    if (isOffer(assignment) && !this.#heardOf.has(assignment.id)) {
      this.#heardOf.add(assignment.id);
      this.#realerts.set(assignment.id, assignment.realerted_at ?? "");
      if (assignment.state === "sent") this.#receipt(assignment.id, "delivered");
      this.#rung = assignment.id;
      this.#ring("offer", () => this.#receipt(assignment.id, "sounded"));
      const { id } = FORMATS[usePrefs.getState().lang];
      void notify(`110 · ${id(incident.number)}`, incident.place, assignment.id);
      return;
    }
    const at = assignment.realerted_at ?? "";
    if (at && !isEnded(assignment) && this.#realerts.get(assignment.id) !== at) {
      this.#realerts.set(assignment.id, at);
      writeRealerts(this.#realerts);
      if (isOffer(assignment)) return;
      if (!isRunning(assignment)) return;
      this.store.setState({
        changed: { assignment: assignment.id, at: at as Time, reason: assignment.realert_reason ?? "" },
      });
      this.#rung = assignment.id;
      this.#ring("changed");
      return;
    }
    const asked = assignment.safety_asked_at;
    if (asked && isRunning(assignment) && !this.#heardOf.has(`check ${assignment.id} ${asked}`)) {
      this.#heardOf.add(`check ${assignment.id} ${asked}`);
      this.#rung = assignment.id;
      this.#ring("check");
    }
  }

  /** The loop ends when what it rang for is over, however that came about. */
  #settleSound(work: readonly Work[]): void {
    const tone = this.sound.ringing();
    if (tone === "offer" && !work.some(({ assignment }) => isOffer(assignment) && assignment.id === this.#rung))
      this.sound.stop();
    if (tone === "check" && !work.some(({ assignment }) => assignment.safety_asked_at && isRunning(assignment)))
      this.sound.stop();
    const { changed } = this.store.getState();
    if (changed && !work.some(({ assignment }) => assignment.id === changed.assignment && isRunning(assignment)))
      this.dismissChanged();
  }

  /** Say that new messages are here, and sound once, unless something that matters more rings. */
  #hearMessages(): void {
    for (const message of this.app.world.message.values()) {
      const own = message.to.find((each) => each.unit === this.unit);
      if (!own || own.delivered_at || own.read_at || this.#heardOf.has(message.id)) continue;
      this.#heardOf.add(message.id);
      const path = `/v1/units/${this.unit}/messages/${message.id}/receipts`;
      this.app.api.command(path, { stage: "delivered" }, { action: "receipt", subjects: [] }).catch(() => undefined);
      if (this.sound.ringing() === null) this.#ring("message");
      void notify("110", message.text, message.id);
    }
  }

  readMessage(id: string): void {
    if (this.outbox.entries().some((entry) => entry.action === "message_read" && entry.subject === id)) return;
    const device_at = new Date(this.app.clock.now()).toISOString();
    this.outbox.add({
      action: "message_read",
      path: `/v1/units/${this.unit}/messages/${id}/receipts`,
      body: { stage: "read", device_at },
      subject: id,
    });
  }

  #receipt(assignment: AssignmentId, stage: "delivered" | "sounded"): void {
    const at = new Date(this.app.clock.now()).toISOString();
    // Not through the outbox: a receipt that is late is worth nothing, and must not wait behind what is stuck.
    this.app.api
      .command(`/v1/assignments/${assignment}/receipts`, { stage, device_at: at }, { action: "receipt", subjects: [] })
      .catch(() => undefined);
  }

  /** The server refused our acceptance: another unit has it. Its words tell who. */
  #tooLate(assignment: string, details: Readonly<Record<string, unknown>>): void {
    const known = this.store.getState().gone.filter((gone) => gone.assignment !== assignment);
    const work = this.#work.find((each) => each.assignment.id === assignment);
    const nowWith = Array.isArray(details.now_with) ? details.now_with.map(String) : [];
    const old = this.store.getState().gone.find((gone) => gone.assignment === assignment);
    this.#setGone([
      ...known,
      {
        assignment,
        incident: work?.incident.id ?? old?.incident ?? "",
        number: Number(details.incident_number ?? work?.incident.number ?? old?.number ?? 0),
        place: work?.incident.place ?? old?.place ?? "",
        kind: work?.incident.kind ?? old?.kind ?? null,
        state: (typeof details.state === "string" ? details.state : "withdrawn") as Gone["state"],
        accepted: false,
        nowWith,
      },
    ]);
    this.#ring("taken");
  }

  #linkChanged(): void {
    const link = this.app.live.link();
    // Only what the server itself has just told counts as news; what an earlier run remembered does not.
    const whole = link.streams.length > 0 && link.streams.every((stream) => stream.epoch !== null);
    if (whole && !this.#fresh && !this.#settling) {
      this.#settling = true;
      // The link speaks before the frame in which the snapshot reaches the world.
      const settle = () => {
        if (this.app.world.hasPending) {
          setTimeout(settle, 10);
          return;
        }
        this.#fresh = true;
        this.#look();
      };
      settle();
    }
    const key = `${link.state} ${link.welcome ? 1 : 0}`;
    if (key === this.#lastLink) return;
    this.#lastLink = key;
    if (link.state === "live" && link.welcome) {
      this.outbox.linkCameUp();
      this.#beat();
    }
  }

  #beat(): void {
    const { battery } = this.store.getState();
    const here = this.locator.here();
    this.app.live.send({
      t: "health",
      battery,
      sound: this.sound.state(),
      gps_age_s: here ? Math.max(0, Math.round((this.app.clock.now() - here.at) / 1000)) : null,
      app_version: APP_VERSION,
    });
  }

  #incidents(): Iterable<Incident> {
    if (this.app.world.incident.size > 0 || this.#fresh) return this.app.world.incident.values();
    const { incident } = this.store.getState().remembered;
    return incident ? [incident] : [];
  }

  #setGone(gone: readonly Gone[]): void {
    this.store.setState({ gone });
    writeGone(gone);
  }

  /** Keep what is on the screen for a start without a network. Personal data goes when the work does. */
  #remember(): void {
    if (!this.#fresh || this.#rememberTimer !== null) return;
    this.#rememberTimer = setTimeout(() => {
      this.#rememberTimer = null;
      const unit = this.app.world.unit.get(this.unit) ?? null;
      const current = this.#work.find(({ assignment }) => !isEnded(assignment));
      if (unit?.on_duty === false && !current) {
        this.#forget();
        return;
      }
      this.#forgot = false;
      const incident = current ? (this.app.world.incident.get(current.incident.id) ?? null) : null;
      const seen: Seen = {
        unit,
        incident,
        detail: incident ? (this.app.world.detail.get(incident.id) ?? null) : null,
      };
      void this.keep.put(`work ${this.unit}`, seen).catch(() => undefined);
    }, 800);
  }

  /** The shift is over: what was seen and written on it goes, once. Acts that were not sent are kept until they are. */
  #forget(): void {
    if (this.#forgot) return;
    this.#forgot = true;
    void pocket.forget(false);
    this.store.setState({ gone: [], remembered: NOTHING });
  }

  /** Leave this handheld: nothing of what was seen stays on it. */
  async signOut(): Promise<void> {
    await pocket.forget(true);
    await this.app.signOut();
  }

  async #recall(): Promise<void> {
    try {
      const remembered = await this.keep.load<Seen>(`work ${this.unit}`);
      if (remembered && !this.#fresh) {
        this.store.setState({ remembered });
        this.#look();
      }
    } catch {
      // Nothing is remembered.
    }
  }
}

function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
}

function listen(name: "online" | "pointerdown" | "pointerup" | "keydown", run: () => void): () => void {
  addEventListener(name, run);
  return () => removeEventListener(name, run);
}
