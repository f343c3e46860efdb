/** The handheld's voice, made of oscillators, no files. It knows whether a tone really left the loudspeaker. */

export type SoundState = "ok" | "muted" | "blocked";
export type Tone = "offer" | "prepare" | "changed" | "check" | "emergency" | "test" | "taken" | "message";

/** One beep: when it begins, how long, which pitches. */
interface Beep {
  readonly at: number;
  readonly for: number;
  readonly from: number;
  readonly to: number;
}

interface Pattern {
  readonly beeps: readonly Beep[];
  /** Length of one round, for tones that repeat. */
  readonly round: number;
  readonly loops: boolean;
  readonly loud: number;
  readonly vibrate: readonly number[];
}

const PATTERNS: Readonly<Record<Tone, Pattern>> = {
  // Rising pairs: heard over an engine, and never mistaken for a telephone.
  offer: {
    beeps: [
      { at: 0, for: 0.2, from: 780, to: 840 },
      { at: 0.24, for: 0.34, from: 1170, to: 1320 },
      { at: 0.7, for: 0.2, from: 780, to: 840 },
      { at: 0.94, for: 0.34, from: 1170, to: 1320 },
    ],
    round: 1.7,
    loops: true,
    loud: 0.9,
    vibrate: [600, 200, 600, 200, 1200],
  },
  prepare: { beeps: [{ at: 0, for: 0.45, from: 660, to: 660 }], round: 1, loops: false, loud: 0.5, vibrate: [200] },
  changed: {
    beeps: [
      { at: 0, for: 0.14, from: 1320, to: 1320 },
      { at: 0.2, for: 0.14, from: 990, to: 990 },
      { at: 0.4, for: 0.3, from: 1320, to: 1320 },
    ],
    round: 1.5,
    loops: true,
    loud: 0.8,
    vibrate: [400, 150, 400],
  },
  check: {
    beeps: [
      { at: 0, for: 0.25, from: 700, to: 700 },
      { at: 0.35, for: 0.25, from: 700, to: 700 },
    ],
    round: 4,
    loops: true,
    loud: 0.7,
    vibrate: [300, 200, 300],
  },
  emergency: {
    beeps: [
      { at: 0, for: 0.16, from: 500, to: 500 },
      { at: 0.2, for: 0.3, from: 760, to: 760 },
    ],
    round: 1,
    loops: false,
    loud: 0.6,
    vibrate: [120, 60, 300],
  },
  taken: { beeps: [{ at: 0, for: 0.4, from: 620, to: 380 }], round: 1, loops: false, loud: 0.5, vibrate: [250] },
  // One soft double tap, far below and shorter than an offer: something to read when there is time.
  message: {
    beeps: [
      { at: 0, for: 0.09, from: 520, to: 520 },
      { at: 0.13, for: 0.09, from: 520, to: 520 },
    ],
    round: 0.5,
    loops: false,
    loud: 0.35,
    vibrate: [60, 60, 60],
  },
  test: {
    beeps: [
      { at: 0, for: 0.12, from: 780, to: 840 },
      { at: 0.16, for: 0.2, from: 1170, to: 1320 },
    ],
    round: 1,
    loops: false,
    loud: 0.6,
    vibrate: [80],
  },
};

const EDGE_S = 0.008;
const VIBRATE_EVERY_MS = 3_400;
const LOOK_MS = 15;

/** Write a pattern's samples: a sine with an octave and a twelfth above it, softened at the edges. */
export function synthesise(
  beeps: readonly Beep[],
  roundS: number,
  loud: number,
  rate: number,
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.ceil(roundS * rate));
  for (const beep of beeps) {
    const start = Math.floor(beep.at * rate);
    const length = Math.min(samples.length - start, Math.floor(beep.for * rate));
    let phase = 0;
    for (let n = 0; n < length; n++) {
      const pitch = beep.from + ((beep.to - beep.from) * n) / length;
      phase += (2 * Math.PI * pitch) / rate;
      const edge = Math.min(1, n / rate / EDGE_S, (length - n) / rate / EDGE_S);
      const wave = 0.62 * Math.sin(phase) + 0.26 * Math.sin(2 * phase) + 0.12 * Math.sin(3 * phase);
      samples[start + n] = loud * edge * wave;
    }
  }
  return samples;
}

export class SoundBox {
  readonly #listeners = new Set<() => void>();
  #context: AudioContext | null = null;
  #muted = false;
  #playing: { readonly tone: Tone; readonly source: AudioBufferSourceNode } | null = null;
  #wanted: { readonly tone: Tone; readonly onSounded: (() => void) | undefined } | null = null;
  #vibration: ReturnType<typeof setInterval> | null = null;
  #state: SoundState = "blocked";

  state = (): SoundState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Call from a touch: browsers let nothing sound before one. Resolves to whether sound can be made. */
  async unlock(): Promise<boolean> {
    try {
      if (!this.#context) {
        this.#context = new AudioContext({ latencyHint: "interactive" });
        this.#context.onstatechange = () => this.#look();
      }
      if (this.#context.state !== "running") await this.#context.resume();
    } catch {
      // Said by the state.
    }
    this.#look();
    return this.#context?.state === "running";
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (muted) this.#silence();
    else if (this.#wanted) this.#begin();
    this.#look();
  }

  /**
   * Ring until `stop`, or once for tones that do not repeat. `onSounded` is called when the tone really sounds, which may be
   * later, after a touch has unlocked the loudspeaker, or never.
   */
  ring(tone: Tone, onSounded?: () => void): void {
    this.stop();
    this.#wanted = { tone, onSounded };
    this.#begin();
  }

  /** Play one tone and tell whether it really sounded within its length. */
  play(tone: Tone): Promise<boolean> {
    // What rings now must not be silenced by a test; and it is heard, or it is not.
    if (this.#wanted) return Promise.resolve(this.#playing !== null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), 1_500);
      this.ring(tone, () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  ringing(): Tone | null {
    return this.#wanted?.tone ?? null;
  }

  stop(): void {
    this.#wanted = null;
    this.#silence();
  }

  #begin(): void {
    const wanted = this.#wanted;
    if (!wanted) return;
    const pattern = PATTERNS[wanted.tone];
    this.#vibrate(pattern);
    const context = this.#context;
    if (context?.state !== "running" || this.#muted || this.#playing) return;
    const samples = synthesise(pattern.beeps, pattern.round, pattern.loud, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = pattern.loops;
    source.connect(context.destination);
    const startAt = context.currentTime;
    source.start(startAt);
    const playing = { tone: wanted.tone, source };
    this.#playing = playing;
    source.onended = () => {
      if (this.#playing === playing) this.#playing = null;
      if (!pattern.loops && this.#wanted === wanted) this.#wanted = null;
    };
    this.#watch(context, wanted, playing, startAt);
  }

  /** The tone sounded when the context's own time has passed its start by what the output path takes. */
  #watch(
    context: AudioContext,
    wanted: { readonly onSounded: (() => void) | undefined },
    playing: { readonly source: AudioBufferSourceNode },
    startAt: number,
  ): void {
    if (!wanted.onSounded) return;
    const look = () => {
      const path = Math.min(1, (context.baseLatency || 0) + (context.outputLatency || 0));
      if (context.state === "running" && !this.#muted && context.currentTime > startAt + path) {
        wanted.onSounded?.();
        return;
      }
      if (this.#playing === playing) setTimeout(look, LOOK_MS);
    };
    setTimeout(look, 0);
  }

  #vibrate(pattern: Pattern): void {
    this.#still();
    const shake = () => navigator.vibrate?.([...pattern.vibrate]);
    try {
      shake();
      if (pattern.loops) this.#vibration = setInterval(shake, VIBRATE_EVERY_MS);
    } catch {
      // No motor.
    }
  }

  #still(): void {
    if (this.#vibration !== null) {
      clearInterval(this.#vibration);
      this.#vibration = null;
      navigator.vibrate?.(0);
    }
  }

  #silence(): void {
    this.#still();
    const playing = this.#playing;
    this.#playing = null;
    if (!playing) return;
    try {
      playing.source.stop();
    } catch {
      // It had ended.
    }
    playing.source.disconnect();
  }

  #look(): void {
    const running = this.#context?.state === "running";
    const state: SoundState = !running ? "blocked" : this.#muted ? "muted" : "ok";
    if (running && this.#wanted && !this.#playing && !this.#muted) this.#begin();
    if (!running) {
      // The system took the loudspeaker (a call, another app): what plays is not heard.
      this.#playing?.source.disconnect();
      this.#playing = null;
    }
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
