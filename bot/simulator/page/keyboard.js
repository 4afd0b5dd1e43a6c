/** Buttons under a bubble, and the keyboard that replaces typing. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { safeAddress } from "./entities.js";

const BUSY_MS = 10_000;

function inlineButton(cell, { onPress, onCopy }) {
  const label = el("span", { dir: "auto" }, cell.text);
  if (cell.url) {
    const href = safeAddress(cell.url);
    return el(
      "a",
      { class: "key url", href: href ?? undefined, target: "_blank", rel: "noopener noreferrer", "data-testid": "inline-button" },
      label,
      icon("outside"),
    );
  }
  const node = button({ class: "key", "data-style": cell.style, "data-testid": "inline-button" }, label);
  if (cell.copy) {
    node.append(icon("copy"));
    node.classList.add("url");
    node.addEventListener("click", () => onCopy(cell.copy));
    return node;
  }
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    setTimeout(() => node.removeAttribute("aria-busy"), BUSY_MS);
    if (!(await onPress(cell.data ?? ""))) node.removeAttribute("aria-busy");
  });
  return node;
}

/**
 * Rows exactly as sent, each laid out from left to right as Telegram's clients do, whatever the
 * page's direction. `onPress(data)` resolves to whether the press was taken; the button waits
 * for the bot's answer until settle(). `onCopy(text)` copies.
 */
export function inlineKeyboard(rows, actions) {
  return el(
    "div",
    { class: "inline", role: "group", "aria-label": "أزرار الرسالة" },
    ...rows.map((row) => el("div", { class: "row", dir: "ltr" }, ...row.map((cell) => inlineButton(cell, actions)))),
  );
}

/** The bot answered: no button of this phone waits any longer. */
export function settle(host) {
  for (const key of host.querySelectorAll(".inline [aria-busy]")) key.removeAttribute("aria-busy");
}

export function replyKeyboard(rows, onPick) {
  return el(
    "div",
    { class: "reply", role: "group", "aria-label": "أزرار الرد" },
    ...rows.map((row) =>
      el(
        "div",
        { class: "row", dir: "ltr" },
        ...row.map((text) =>
          button({ class: "key", "data-testid": "reply-button", on: { click: () => onPick(text) } }, el("span", { dir: "auto" }, text)),
        ),
      ),
    ),
  );
}
