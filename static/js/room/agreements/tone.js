// @ts-check
/** Two soft notes, made by the browser: audible during a conversation without interrupting it. */

const NOTES = [523.25, 659.25];
const LOUDNESS = 0.06;
const NOTE_S = 0.22;

/**
 * Silent where the browser does not allow sound yet: the warning is still shown and announced.
 * @param {() => AudioContext} make @returns {() => void}
 */
export function softTone(make) {
  /** @type {AudioContext | null} */
  let context = null;
  return () => {
    try {
      context ??= make();
      context.resume().catch(() => {});
      for (const [at, pitch] of NOTES.entries()) note(context, pitch, context.currentTime + at * NOTE_S);
    } catch {
      context = null;
    }
  };
}

/** @param {AudioContext} context @param {number} pitch @param {number} from */
function note(context, pitch, from) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.03);
  volume.gain.linearRampToValueAtTime(0, from + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + NOTE_S);
}
