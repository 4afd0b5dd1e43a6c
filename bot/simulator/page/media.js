/** What a message carries besides text: photo, file, voice, video, place. */
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { sizeOf } from "./dates.js";
import { openPhoto } from "./notices.js";
import { voicePlayer } from "./voice.js";

function photo(media, caption) {
  const { url, width, height } = media;
  const image = el("img", { src: url, alt: caption || "صورة", decoding: "async", width: width || null, height: height || null });
  return el(
    "button",
    { type: "button", class: "photo", "aria-label": "فتح الصورة", "data-testid": "photo", on: { click: () => openPhoto(media.url, caption) } },
    image,
  );
}

function extension(name) {
  const found = /\.([a-z0-9]{1,4})$/i.exec(name ?? "");
  return found ? found[1].toUpperCase() : "";
}

function fileCard(media, place) {
  const ext = extension(media.name);
  return el(
    "a",
    { class: "file", href: media.url, target: "_blank", rel: "noopener", download: media.name || "ملف", "data-testid": "document" },
    el("span", { class: "badge" }, ext ? el("b", { dir: "ltr" }, ext) : icon("file"), el("span", { class: "fetch" }, icon("download"))),
    el(
      "span",
      { class: "about" },
      el("bdi", { class: "name" }, media.name || "ملف"),
      el("span", { class: "size" }, media.size ? sizeOf(place, media.size) : "ملف"),
    ),
  );
}

/** The node for `message.media`, or null. */
export function renderMedia(message, place) {
  const { media } = message;
  if (!media) return null;
  switch (media.kind) {
    case "photo":
    case "sticker":
      return photo(media, message.text);
    case "voice":
    case "audio":
      return voicePlayer(media, place, message.id);
    case "video":
      return el("video", { class: "video", src: media.url, controls: true, preload: "metadata" });
    case "location":
      return el("div", { class: "file" }, el("span", { class: "badge" }, icon("place")), el("span", { class: "about" }, "موقع"));
    case "contact":
      return el("div", { class: "file" }, el("span", { class: "badge" }, icon("person")), el("span", { class: "about" }, media.name || "جهة اتصال"));
    default:
      return fileCard(media, place);
  }
}
