/** Stand-ins for devices: a list, and getUserMedia that opens or refuses. */

export const refusal = (name) => Object.assign(new Error(name), { name });

export const device = (kind, deviceId, label = "") => ({ kind, deviceId, label });

export const CAMERA = device("videoinput", "cam1", "Big camera");
export const OTHER = device("videoinput", "cam2", "Small camera");
export const MICROPHONE = device("audioinput", "mic1", "Headset");
export const SPEAKER = device("audiooutput", "out1", "Loud box");

let ids = 0;

export function track(kind, deviceId = "") {
  return { kind, id: `t${++ids}`, label: deviceId, enabled: true, stopped: false, readyState: "live", onended: null,
    stop() { this.stopped = true; }, getSettings: () => ({ deviceId }) };
}

/** @param {any} given `refuse(wanted)` names an error, or nothing */
export function devices({ list = [CAMERA, OTHER, MICROPHONE, SPEAKER], refuse = () => "" } = {}) {
  const asked = [];
  const opened = [];
  return {
    asked, opened, list,
    async enumerateDevices() { return this.list; },
    async getUserMedia(wanted) {
      asked.push(wanted);
      const name = refuse(wanted);
      if (name) throw refusal(name);
      const id = (wish, fallback) => wish.deviceId?.exact ?? wish.deviceId?.ideal ?? fallback;
      const tracks = [];
      if (wanted.audio) tracks.push(track("audio", id(wanted.audio, "mic1")));
      if (wanted.video) tracks.push(track("video", id(wanted.video, "cam1")));
      opened.push(...tracks);
      return { getTracks: () => tracks, getVideoTracks: () => tracks.filter((one) => one.kind === "video") };
    },
  };
}

export function storage(start = {}) {
  const kept = { ...start };
  return { kept, getItem: (key) => kept[key] ?? null, setItem: (key, value) => void (kept[key] = value) };
}
