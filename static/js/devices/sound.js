// @ts-check
/** Uses the browser's audio: measures the level of a microphone, and plays a test tone through a speaker. */
import { loudness } from "./level.js";

const EVERY_MS = 100;
// The window covers most of the time between two measurements (85 ms at 48 kHz), so that no short sound is missed.
const WINDOW = 4_096;
const NOTES = [523.25, 659.25, 783.99];
const NOTE_S = 0.22;

/** Whether this browser lets a page choose the speaker. */
export const canChooseSpeaker = () => "setSinkId" in HTMLMediaElement.prototype;

export class Meter {
  /** @param {(level: number) => void} heard */
  constructor(heard) {
    this.heard = heard;
  }

  /** @param {MediaStreamTrack | null} track */
  listen(track) {
    this.stop();
    if (!track || !("AudioContext" in globalThis)) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = WINDOW;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    this.timer = setInterval(() => {
      // A context that was opened without a press may be suspended until the first one, and then measures nothing.
      if (context.state !== "running") return void context.resume().catch(() => {});
      analyser.getByteTimeDomainData(samples);
      this.heard(loudness(samples));
    }, EVERY_MS);
    this.context = context;
  }

  stop() {
    clearInterval(this.timer);
    this.context?.close().catch(() => {});
    this.context = undefined;
  }
}

/** Plays three notes through the chosen speaker. @param {string} speaker its id; "" is the default one */
export async function playTone(speaker) {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const player = new Audio();
  player.srcObject = out.stream;
  if (speaker && canChooseSpeaker()) await player.setSinkId(speaker);
  await player.play();
  NOTES.forEach((note, at) => strike(context, out, note, context.currentTime + 0.05 + at * NOTE_S));
  await new Promise((done) => setTimeout(done, (NOTES.length * NOTE_S + 0.3) * 1_000));
  player.pause();
  await context.close();
}

/** @param {AudioContext} context @param {AudioNode} out @param {number} note @param {number} at */
function strike(context, out, note, at) {
  const voice = context.createOscillator();
  const volume = context.createGain();
  voice.frequency.value = note;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.22, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S + 0.15);
  voice.connect(volume).connect(out);
  voice.start(at);
  voice.stop(at + NOTE_S + 0.2);
}
