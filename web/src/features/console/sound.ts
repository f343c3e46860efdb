/** Three sounds and no more: a call or offer, a warning, an emergency. Made by the browser, so there is no file to miss. */

export type Tone = "offer" | "warning" | "emergency";

const NOTES: Readonly<Record<Tone, readonly (readonly [hz: number, fromS: number, forS: number])[]>> = {
  offer: [
    [660, 0, 0.14],
    [880, 0.16, 0.2],
  ],
  warning: [[520, 0, 0.35]],
  emergency: [
    [980, 0, 0.18],
    [740, 0.2, 0.18],
    [980, 0.4, 0.18],
  ],
};

let context: AudioContext | null = null;

/** Browsers open sound only after a touch or a key; call it from one. */
export function unlock(): void {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume();
  } catch {
    context = null;
  }
}

export const soundState = (): "ready" | "blocked" => (context?.state === "running" ? "ready" : "blocked");

export function play(tone: Tone): boolean {
  if (context?.state !== "running") return false;
  const start = context.currentTime + 0.02;
  for (const [hz, from, length] of NOTES[tone]) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = "triangle";
    oscillator.frequency.value = hz;
    gain.gain.setValueAtTime(0, start + from);
    gain.gain.linearRampToValueAtTime(tone === "emergency" ? 0.35 : 0.2, start + from + 0.015);
    gain.gain.setValueAtTime(tone === "emergency" ? 0.35 : 0.2, start + from + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, start + from + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start + from);
    oscillator.stop(start + from + length + 0.02);
  }
  return true;
}
