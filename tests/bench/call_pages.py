"""What `make bench-call` runs inside the pages: marks, and the bare pages of the floor."""

# One machine, one clock: `performance.timeOrigin + now()`, so that what drives the browsers does not count.
# `__steps` are the moments of a page on its way to the first picture.
MARKS = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const steps = window.__steps = { loaded: performance.timeOrigin };
  const step = (name) => { steps[name] ||= now(); };
  addEventListener("click", () => localStorage.setItem("pressed", String(now())), true);
  addEventListener("DOMContentLoaded", () => step("parsed"));
  window.__frame = 0;
  window.__last = 0;
  window.__gap = 0;
  window.__again = 0;  // the first picture of the newest connection
  let stream = null;
  const seen = (video) => video.requestVideoFrameCallback(() => {
    const at = now();
    window.__frame ||= at;
    if (window.__last) window.__gap = Math.max(window.__gap, at - window.__last);
    window.__last = at;
    if (video.srcObject !== stream) window.__again = at;
    stream = video.srcObject;
    seen(video);
  });
  const look = () => {
    for (const video of document.querySelectorAll("video:not([muted])")) {
      if (video.dataset.watched || video.muted) continue;
      video.dataset.watched = "yes";
      seen(video);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  const devices = navigator.mediaDevices;
  if (devices) {
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = (wish) => {
      step("asked");
      return open(wish).then((stream) => (step("devices"), stream));
    };
  }
  window.__sockets = [];
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...options) {
      super(...options);
      if (!String(options[0]).includes("/ws/room/")) return;
      step("socket");
      window.__sockets.push(this);
      this.addEventListener("open", () => step("open"));
      this.addEventListener("message", ({ data }) => {
        if (!data.startsWith('{"t":"hello"') && !data.includes('"t":"hello"')) return;
        step("hello");
        window.__hello = now();
      });
    }
  };
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...options) {
      super(...options);
      this.addEventListener("connectionstatechange", () => step(this.connectionState));
      this.addEventListener("signalingstatechange", () => step(this.signalingState));
    }
  };
})();
"""

# Those steps, and what the browser knows about the loading of the page.
TIMELINE = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const at = (name) => performance.timeOrigin + page[name];
  const files = performance.getEntriesByType("resource");
  const last = (kind) => performance.timeOrigin + Math.max(0, ...files
    .filter((file) => file.name.includes(kind)).map((file) => file.responseEnd));
  return { ...window.__steps, requested: at("requestStart"), "first byte": at("responseStart"),
    html: at("responseEnd"), "last style": last(".css"), "last module": last(".js") };
}"""

# The floor: no server of ours, two pages that the benchmark joins by a BroadcastChannel. `#offers` leads.
# The press goes to both, both open their devices, meet, and show the picture of the other.
BARE_PAGE = """<!doctype html><meta charset="utf-8"><title>bare</title>
<video autoplay playsinline></video>
<script type="module">
  const leads = location.hash === "#offers";
  const line = new BroadcastChannel("bare");
  const now = () => performance.timeOrigin + performance.now();
  const video = document.querySelector("video");
  const pc = new RTCPeerConnection();
  const waiting = [];
  let ready = false;
  window.__frame = 0;
  video.requestVideoFrameCallback(() => { window.__frame = now(); });
  pc.ontrack = ({ streams }) => { video.srcObject = streams[0]; };
  const say = (word) => line.postMessage(JSON.parse(JSON.stringify(word)));
  pc.onicecandidate = ({ candidate }) => candidate && say({ candidate });
  const offer = async () => { await pc.setLocalDescription(); say({ description: pc.localDescription }); };
  const take = async ({ hello, description, candidate }) => {
    if (hello && leads) await offer();
    if (candidate) await pc.addIceCandidate(candidate);
    if (!description) return;
    await pc.setRemoteDescription(description);
    if (leads) return;
    await pc.setLocalDescription();
    say({ description: pc.localDescription });
  };
  let chain = Promise.resolve();
  line.onmessage = ({ data }) => {
    if (data.go) return start();
    if (!ready) return waiting.push(data);
    chain = chain.then(() => take(data));
  };
  const start = async () => {
    window.__pressed = now();
    const wish = { audio: true, video: { width: { ideal: 1280 }, height: { ideal: 720 } } };
    const stream = await navigator.mediaDevices.getUserMedia(wish);
    for (const track of stream.getTracks()) pc.addTrack(track, stream);
    ready = true;
    // Whoever is ready last asks; an early question waits in the other's queue.
    if (leads) waiting.splice(0).forEach((word) => { chain = chain.then(() => take(word)); });
    else say({ hello: true });
  };
  window.__go = () => { line.postMessage({ go: true }); start(); };
</script>"""
