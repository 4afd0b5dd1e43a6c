/** Short notices: a toast over a phone or over the page, an alert dialog, a photo at full size. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";

const TOAST_MS = 4000;

/** A toast over `host`; it replaces the one that is there. */
export function toast(host, text) {
  host.querySelector(":scope > .toast")?.remove();
  const node = el("div", { class: "toast", role: "status", dir: "auto", "data-testid": "toast" }, text);
  host.append(node);
  setTimeout(() => {
    node.classList.add("leaving");
    setTimeout(() => node.remove(), 250);
  }, TOAST_MS);
}

/** A notice of the page itself, not of the bot. */
export function announce(text) {
  toast(document.body, text);
}

/** The bot's alert: stays until it is accepted. Covers only its own phone. */
export function alertIn(host, title, text) {
  const before = document.activeElement;
  const accept = button({ class: "primary", "data-testid": "alert-ok" }, "حسنًا");
  const node = el(
    "div",
    { class: "veil", "data-testid": "alert" },
    el(
      "div",
      { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": title },
      el("strong", {}, title),
      el("p", { dir: "auto" }, text),
      accept,
    ),
  );
  const close = () => {
    node.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  accept.addEventListener("click", close);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") event.preventDefault();
  });
  host.append(node);
  accept.focus({ preventScroll: true });
}

/** Shows a photo over the whole page; a click anywhere or Escape closes it. */
export function openPhoto(url, caption) {
  const dialog = el(
    "dialog",
    { class: "lightbox", "aria-label": "صورة", "data-testid": "lightbox" },
    el("img", { src: url, alt: caption || "صورة" }),
    caption ? el("p", { dir: "auto" }, caption) : null,
    button({ class: "round", "aria-label": "إغلاق" }, icon("close")),
  );
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
