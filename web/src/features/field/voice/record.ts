/** A voice note spoken into the device's own microphone: what stops it, how loud it is, and what came of it. */

import { base64 } from "../base64";

/** As long as the centre takes. */
export const SECONDS_MAX = 60;
const BITS_PER_S = 24_000;
/** Below this share of full scale nobody spoke; a covered or dead microphone gives about nothing. */
const HEARD_FROM = 0.01;
const LOOK_EVERY_MS = 100;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"] as const;

/** A note that was spoken and not sent yet. It is kept sealed like everything else on the device, so it is plain text. */
export interface Spoken {
  /** In base64. */
  readonly sound: string;
  readonly type: string;
  readonly seconds: number;
  /** When it began, by the centre's time. */
  readonly at: string;
  /** Nothing was loud enough to be a voice. */
  readonly silent: boolean;
}

export type Trouble = "refused" | "absent" | "broken";

/** Why there is no sound, in one of three words that people can act upon. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "NotSupportedError" ? "absent" : "broken";
}

/** The loudest of some samples between -1 and 1. */
export const peakOf = (samples: Float32Array): number =>
  samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);

/** Whole seconds as the centre takes them: what was begun counts, and never more than the most. */
export const secondsOf = (ms: number): number => Math.min(SECONDS_MAX, Math.max(1, Math.round(ms / 1000)));

export interface Recording {
  readonly startedMs: number;
  /** How loud it is now, from 0 to 1. */
  level(): number;
  stop(): void;
  /** What was spoken, once it was stopped. Rejects when the recorder broke. */
  readonly spoken: Promise<Spoken>;
}

/** Begin to record; the browser asks the crew first. It stops by itself after a minute. Throws what `troubleOf` understands. */
export async function record(nowMs: () => number): Promise<Recording> {
  const type = globalThis.MediaRecorder && TYPES.find((each) => MediaRecorder.isTypeSupported(each));
  if (!type || !navigator.mediaDevices) throw new DOMException("no recorder", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  const loudness = new Loudness(stream);
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS_PER_S });
  const parts: Blob[] = [];
  const startedMs = nowMs();
  let limit: ReturnType<typeof setTimeout> | undefined;
  const spoken = new Promise<Blob>((resolve, reject) => {
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onerror = () => reject(new DOMException("broken", "UnknownError"));
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
  })
    .finally(() => {
      clearTimeout(limit);
      loudness.end();
      for (const track of stream.getTracks()) track.stop();
    })
    .then(async (blob) => ({
      sound: await base64(blob),
      type: blob.type,
      seconds: secondsOf(nowMs() - startedMs),
      at: new Date(startedMs).toISOString(),
      silent: loudness.loudest < HEARD_FROM,
    }));
  recorder.start();
  const stop = () => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  limit = setTimeout(stop, SECONDS_MAX * 1000);
  return { startedMs, level: () => loudness.now, stop, spoken };
}

/** How loud a stream is, looked at ten times a second. */
class Loudness {
  now = 0;
  loudest = 0;
  readonly #context = new AudioContext();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(stream: MediaStream) {
    const ear = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(ear);
    const samples = new Float32Array(ear.fftSize);
    this.#timer = setInterval(() => {
      ear.getFloatTimeDomainData(samples);
      this.now = peakOf(samples);
      this.loudest = Math.max(this.loudest, this.now);
    }, LOOK_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
    void this.#context.close();
  }
}

/** The sound of a note that lies on this device, to be heard before it goes. */
export function blobOf(sound: string, type: string): Blob {
  return new Blob([Uint8Array.from(atob(sound), (sign) => sign.charCodeAt(0))], { type });
}
