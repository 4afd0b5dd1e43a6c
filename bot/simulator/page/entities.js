/**
 * Text with entities → nodes. Offsets count UTF-16 units, which is what JavaScript strings are
 * made of. Entities nest; one that overlaps another's end is cut there.
 */
import { el } from "./dom.js";

const TAGS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
};
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const SAFE = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);
const LONG_QUOTE = 260;

/** The address if it is of a kind that may be opened, otherwise null. */
export function safeAddress(text) {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, children) {
  const href = safeAddress(address);
  if (!href) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function command(text, onCommand) {
  // Not a <button>: that would isolate the text, and hide a direction mistake of the bot.
  const node = el("span", { class: "command", role: "button", tabindex: "0" }, text);
  node.addEventListener("click", () => onCommand(text));
  node.addEventListener("keydown", (event) => event.key === "Enter" && onCommand(text));
  return node;
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "نص مخفي" }, ...children);
  const show = () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => event.key === "Enter" && show());
  return node;
}

function quote(text, children, expandable) {
  if (!expandable || text.length < LONG_QUOTE) return el("blockquote", {}, ...children);
  const node = el("blockquote", { class: "folded" }, el("div", {}, ...children));
  const more = el("button", { type: "button", class: "more", "aria-expanded": "false" }, "المزيد");
  more.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    more.textContent = folded ? "المزيد" : "أقل";
    more.setAttribute("aria-expanded", String(!folded));
  });
  node.append(more);
  return node;
}

function dress(entity, text, children, onCommand) {
  const tag = TAGS[entity.type];
  if (tag) return el(tag, {}, ...children);
  switch (entity.type) {
    case "blockquote":
      return quote(text, children, false);
    case "expandable_blockquote":
      return quote(text, children, true);
    case "pre":
      return el("pre", {}, ...children);
    case "spoiler":
      return spoiler(children);
    case "text_link":
      return link(entity.url ?? "", children);
    case "url":
      return link(text, children);
    case "email":
      return link(`mailto:${text}`, children);
    case "phone_number":
      return link(`tel:${text}`, children);
    case "bot_command":
      return command(text, onCommand);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return el("span", { class: "mention" }, ...children);
    default:
      return el("span", {}, ...children);
  }
}

/* Clients find addresses and commands by themselves where the text carries no entity. */
const FOUND = /https?:\/\/[^\s<>«»"،؛]+[^\s<>«»"،؛.,:!؟?)]|(?<![\w/.<])\/[a-z][a-z0-9_]{0,31}(?![\w/])/gi;

export function withFound(text, entities) {
  const all = [...entities];
  for (const match of text.matchAll(FOUND)) {
    const start = match.index;
    const end = start + match[0].length;
    const taken = entities.some(
      (entity) =>
        entity.offset < end &&
        entity.offset + entity.length > start &&
        /url|link|command|code|pre|mention/.test(entity.type),
    );
    if (taken) continue;
    const type = match[0].startsWith("/") ? "bot_command" : "url";
    all.push({ type, offset: start, length: end - start });
  }
  return all;
}

function build(text, entities, from, to, onCommand) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (end <= start) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner = [];
    while (index < entities.length && entities[index].offset < end) inner.push(entities[index++]);
    const content = text.slice(start, end);
    nodes.push(dress(entity, content, build(text, inner, start, end, onCommand), onCommand));
    at = end;
    // A block ends its line by itself: the line break after it would show as an empty line.
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/** The nodes of a message's text; `onCommand(text)` runs when a /command in it is pressed. */
export function renderText(text, entities, onCommand) {
  const sorted = withFound(text, entities).sort(
    (a, b) => a.offset - b.offset || b.length - a.length,
  );
  return build(text, sorted, 0, text.length, onCommand);
}
