/** One message as a bubble with its time, its marks and its buttons. */
import { el } from "./dom.js";
import { renderText } from "./entities.js";
import { instant, timeOf } from "./dates.js";
import { inlineKeyboard } from "./keyboard.js";
import { renderMedia } from "./media.js";
import { renderPoll } from "./poll.js";

const BARE = new Set(["photo", "sticker", "video"]);
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,3}$/u;

function quoted(reply) {
  if (!reply) return null;
  return el(
    "div",
    { class: "quoted", dir: "auto" },
    el("b", {}, reply.from === "me" ? "أنت" : "البوت"),
    el("span", {}, reply.text || "مرفق"),
  );
}

/**
 * `context`: place (where the phone is), reply (the message answered, if known), onPress(data),
 * onCommand(text), onVote(indices), onCopy(text), onMenu(message, node, point).
 */
export function buildBubble(message, context) {
  const mine = message.from === "me";
  const date = instant(message.date);
  const media = renderMedia(message, context.place);
  const hasText = Boolean(message.text);
  const meta = el(
    "span",
    { class: "meta", dir: "rtl" },
    message.edited ? el("span", { class: "edited" }, "عُدّلت") : null,
    el("time", { datetime: date.toISOString() }, timeOf(context.place, date)),
  );
  const text = hasText
    ? el("div", { class: "text", dir: "auto" }, ...renderText(message.text, message.entities ?? [], context.onCommand), message.poll ? null : meta)
    : null;
  const bare = media && BARE.has(message.media.kind) && !hasText;
  const bubble = el(
    "div",
    {
      class: ["bubble", bare ? "bare" : "", media ? `has-${message.media.kind}` : "", hasText && !media && ONLY_EMOJI.test(message.text) ? "emoji" : ""].join(" ").trim(),
      tabindex: "-1",
      "data-testid": "bubble",
      "data-message-id": message.id,
      "data-from": message.from,
    },
    el("span", { class: "unseen" }, mine ? "أنت: " : "البوت: "),
    quoted(context.reply),
    media,
    text,
    message.poll ? renderPoll(message.poll, context.place, context.onVote) : null,
    text && !message.poll ? null : meta,
  );
  listenForMenu(bubble, (point) => context.onMenu(message, bubble, point));
  const keys = message.keyboard?.length ? inlineKeyboard(message.keyboard, context) : null;
  return el("div", { class: `line ${mine ? "mine" : "theirs"}${keys ? " with-keys" : ""}`, "data-message": message.id }, bubble, keys);
}

const LONG_PRESS_MS = 480;

/** Right click, the menu key, or a long press. */
function listenForMenu(node, open) {
  let timer = 0;
  const cancel = () => clearTimeout(timer);
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, .key")) return;
    event.preventDefault();
    cancel();
    const box = node.getBoundingClientRect();
    const fromKeys = event.clientX === 0 && event.clientY === 0;
    open(fromKeys ? { x: box.left + 20, y: box.top + 20 } : { x: event.clientX, y: event.clientY });
  });
  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    timer = setTimeout(() => open({ x: event.clientX, y: event.clientY }), LONG_PRESS_MS);
  });
  for (const type of ["pointerup", "pointercancel", "pointermove", "pointerleave"]) node.addEventListener(type, cancel);
}
