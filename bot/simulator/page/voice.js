/** A voice note: play, seek along its real waveform, see the time. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { lengthOf } from "./dates.js";

const BARS = 38;
const SEEK_S = 2;
let playing = null;

/** Peaks 0…1 of a recording, loudest = 1; the time of decoding is spent once a note. */
async function readPeaks(url) {
  const bytes = await (await fetch(url)).arrayBuffer();
  const context = new OfflineAudioContext(1, 1, 16_000);
  const sound = await context.decodeAudioData(bytes);
  const samples = sound.getChannelData(0);
  const width = Math.max(1, Math.floor(samples.length / BARS));
  const peaks = [];
  for (let bar = 0; bar < BARS; bar += 1) {
    let peak = 0;
    for (let at = bar * width; at < Math.min((bar + 1) * width, samples.length); at += 1) {
      peak = Math.max(peak, Math.abs(samples[at]));
    }
    peaks.push(peak);
  }
  const top = Math.max(...peaks, 0.001);
  return { peaks: peaks.map((peak) => peak / top), duration: sound.duration };
}

export function voicePlayer(media, place, id) {
  const audio = new Audio();
  audio.preload = "none";
  audio.src = media.url;
  let duration = media.duration ?? 0;
  const toggle = button({ class: "play", "aria-label": "تشغيل" }, icon("play"));
  const bars = Array.from({ length: BARS }, () => el("i"));
  const track = el(
    "div",
    { class: "wave", role: "slider", tabindex: "0", "aria-label": "موضع التشغيل", "aria-valuemin": "0" },
    ...bars,
  );
  const time = el("span", { class: "length" });

  function draw() {
    const share = duration ? audio.currentTime / duration : 0;
    bars.forEach((bar, index) => bar.classList.toggle("done", index / BARS < share && share > 0));
    time.textContent = lengthOf(place, audio.currentTime || audio.paused === false ? audio.currentTime : duration);
    track.setAttribute("aria-valuemax", String(Math.round(duration)));
    track.setAttribute("aria-valuenow", String(Math.round(audio.currentTime)));
    track.setAttribute("aria-valuetext", time.textContent);
    toggle.replaceChildren(icon(audio.paused ? "play" : "pause"));
    toggle.setAttribute("aria-label", audio.paused ? "تشغيل" : "إيقاف مؤقت");
  }
  function seek(seconds) {
    audio.currentTime = Math.min(Math.max(0, seconds), duration || 0);
    draw();
  }

  toggle.addEventListener("click", async () => {
    if (!audio.paused) return audio.pause();
    if (playing && playing !== audio) playing.pause();
    playing = audio;
    try {
      await audio.play();
    } catch {
      time.textContent = "تعذّر التشغيل";
    }
  });
  track.addEventListener("click", (event) => {
    const box = track.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  });
  track.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") seek(audio.currentTime + SEEK_S);
    if (event.key === "ArrowLeft") seek(audio.currentTime - SEEK_S);
  });
  for (const type of ["play", "pause", "timeupdate"]) audio.addEventListener(type, draw);
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    draw();
  });

  readPeaks(media.url)
    .then(({ peaks, duration: real }) => {
      duration = real || duration;
      peaks.forEach((peak, index) => bars[index].style.setProperty("--peak", peak.toFixed(2)));
      draw();
    })
    .catch(() => track.classList.add("flat"));
  draw();

  const name = media.kind === "audio" && media.name ? el("bdi", { class: "name" }, media.name) : null;
  return el(
    "div",
    { class: "voice", "data-testid": "voice", "data-voice": id, role: "group", "aria-label": "رسالة صوتية" },
    toggle,
    el("div", { class: "sound" }, name, track, time),
  );
}
