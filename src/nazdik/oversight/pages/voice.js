// Changes a voice before it leaves the telephone: other pitch, other formants, drawn anew each time and wandering a little.
// It hides a speaker from an ear that knows them, not from a laboratory; having it written down and destroyed is the safer way.

const RATE = 16000, GRAIN = 1024, HOP = GRAIN / 2, REACH = 160, STEP = 4;
const LOWER = [0.72, 0.82], HIGHER = [1.25, 1.42], WANDERS = 0.04;

const chance = () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
const between = ([low, high]) => low + (high - low) * chance();

async function mono(blob) {
  const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await blob.arrayBuffer());
  const mixed = new Float32Array(sound.length);
  for (let n = 0; n < sound.numberOfChannels; n++) sound.getChannelData(n).forEach((value, at) => { mixed[at] += value / sound.numberOfChannels; });
  return mixed;
}

// Where a grain fits best to what is there already, so that it does not crackle.
function fit(made, at, samples, from, ratio) {
  let best = 0, most = -Infinity;
  for (let shift = -REACH; shift <= REACH; shift += STEP) {
    let same = 0;
    for (let n = 0; n < HOP; n += 8) same += made[at + n] * (samples[Math.round(from + shift + n * ratio)] ?? 0);
    if (same > most) [best, most] = [shift, same];
  }
  return best;
}

export function shifted(samples, base = between(chance() < 0.5 ? LOWER : HIGHER)) {
  const made = new Float32Array(samples.length + GRAIN);
  let wander = 0;
  for (let at = 0; at < samples.length; at += HOP) {
    wander = Math.max(-WANDERS, Math.min(WANDERS, wander + (chance() - 0.5) * 0.01));
    const ratio = base + wander, from = at + fit(made, at, samples, at, ratio);
    for (let n = 0; n < GRAIN; n++) {
      const place = from + n * ratio, whole = Math.floor(place), part = place - whole;
      const value = (samples[whole] ?? 0) * (1 - part) + (samples[whole + 1] ?? 0) * part;
      made[at + n] += value * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / GRAIN));
    }
  }
  return made.subarray(0, samples.length);
}

function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const word = (at, text) => [...text].forEach((sign, n) => view.setUint8(at + n, sign.charCodeAt(0)));
  word(0, "RIFF"); view.setUint32(4, 36 + 2 * samples.length, true); word(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true); view.setUint32(28, 2 * RATE, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
  word(36, "data"); view.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, at) => view.setInt16(44 + 2 * at, Math.max(-1, Math.min(1, value)) * 32767, true));
  return new Blob([view], { type: "audio/wav" });
}

export const changedVoice = async (blob) => wav(shifted(await mono(blob)));
