/** The conversation: bubbles grouped by day and by sender, scrolled to the newest. */
import { button, el, reconcile } from "./dom.js";
import { buildBubble } from "./bubble.js";
import { dayKey, dayName, instant, numberOf } from "./dates.js";
import { icon } from "./icons.js";

const TOGETHER_S = 300;
const NEAR_PX = 48;
const GLIDE_MS = 450;
const REST_MS = 900;

export class ChatLog {
  #days = new Map();
  #lines = new Map();
  #following = true;
  #unread = 0;
  #drawn = false;
  #lastTop = 0;
  #glidingUntil = 0;
  #resting = 0;

  /** `context(message)` gives what buildBubble needs; `place` says where the phone is. */
  constructor({ place, now, context }) {
    this.place = place;
    this.now = now;
    this.context = context;
    this.list = el("div", { class: "days" });
    this.log = el(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-label": "المحادثة", tabindex: "0" },
      this.list,
    );
    this.badge = el("b", { class: "count", "data-testid": "unread" });
    this.jump = button(
      { class: "jump", hidden: true, "aria-label": "إلى أحدث رسالة", on: { click: () => this.toNewest() } },
      icon("down"),
      this.badge,
    );
    this.node = el("div", { class: "talk" }, this.log, this.jump);
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.log.addEventListener("keydown", (event) => this.#walk(event));
    this.watcher = new ResizeObserver(() => {
      if (this.#following) this.toNewest(performance.now() < this.#glidingUntil ? "smooth" : "instant");
    });
    this.watcher.observe(this.log);
    this.watcher.observe(this.list);
  }

  close() {
    this.watcher.disconnect();
  }

  toNewest(behavior = "smooth") {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#following = true;
    if (behavior === "smooth") this.#glidingUntil = performance.now() + GLIDE_MS;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: calm ? "instant" : behavior });
    this.#setUnread(0);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const near = scrollHeight - clientHeight - scrollTop < NEAR_PX;
    // Only moving up means leaving the newest; content that grows below does not.
    if (near) this.#following = true;
    else if (scrollTop < this.#lastTop) this.#following = false;
    this.#lastTop = scrollTop;
    if (near) this.#setUnread(0);
    this.jump.hidden = near || this.#following;
    this.log.classList.add("moving");
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.log.classList.remove("moving"), REST_MS);
    this.#markStuck();
  }

  /** A day's chip that floats over the bubbles shows only while the log moves. */
  #markStuck() {
    const top = this.log.getBoundingClientRect().top;
    for (const { node, chip } of this.#days.values()) {
      chip.classList.toggle("stuck", node.getBoundingClientRect().top < top - 2);
    }
  }

  /** Arrow keys walk from bubble to bubble. */
  #walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target.closest(".wave, video")) return;
    const bubbles = [...this.list.querySelectorAll(".bubble")];
    const at = bubbles.indexOf(event.target.closest(".bubble"));
    const target = at < 0 ? bubbles.at(-1) : bubbles[at + step];
    if (!target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  }

  #setUnread(count) {
    this.#unread = count;
    this.badge.textContent = count ? numberOf(this.place, count) : "";
    this.jump.setAttribute("aria-label", count ? `إلى أحدث رسالة، غير مقروء: ${count}` : "إلى أحدث رسالة");
  }

  #line(message) {
    const old = this.#lines.get(message.id);
    if (old?.message === message) return old.node;
    const node = buildBubble(message, this.context(message));
    if (old) {
      keepFocus(old.node, node);
      node.classList.add("changed");
    } else if (this.#drawn) {
      node.classList.add("fresh");
    }
    this.#lines.set(message.id, { message, node });
    return node;
  }

  #section(key, date) {
    if (!this.#days.has(key)) {
      const chip = el("div", { class: "day-chip" });
      const lines = el("div", { class: "lines" });
      this.#days.set(key, { chip, lines, node: el("section", { class: "day" }, chip, lines) });
    }
    const section = this.#days.get(key);
    section.chip.textContent = dayName(this.place, date, this.now());
    return section;
  }

  render(messages) {
    const known = this.#lines;
    const arrived = messages.filter((message) => !known.has(message.id));
    const grouped = new Map();
    messages.forEach((message, index) => {
      const date = instant(message.date);
      const key = dayKey(this.place, date);
      if (!grouped.has(key)) grouped.set(key, { date, lines: [] });
      const node = this.#line(message);
      const after = messages[index + 1];
      const last =
        !after ||
        after.from !== message.from ||
        (instant(after.date) - date) / 1000 > TOGETHER_S ||
        dayKey(this.place, instant(after.date)) !== key;
      node.classList.toggle("last", last);
      grouped.get(key).lines.push(node);
    });
    const ids = new Set(messages.map((message) => message.id));
    for (const id of [...this.#lines.keys()]) if (!ids.has(id)) this.#lines.delete(id);
    for (const key of [...this.#days.keys()]) if (!grouped.has(key)) this.#days.delete(key);
    const sections = [...grouped].map(([key, { date, lines }]) => {
      const section = this.#section(key, date);
      reconcile(section.lines, lines);
      return section.node;
    });
    reconcile(this.list, sections);
    this.#afterRender(arrived);
  }

  #afterRender(arrived) {
    const first = !this.#drawn;
    this.#drawn = true;
    if (first) {
      this.toNewest("instant");
    } else if (arrived.some((message) => message.from === "me") || (this.#following && arrived.length)) {
      this.toNewest();
    } else if (arrived.length) {
      this.#setUnread(this.#unread + arrived.length);
      this.jump.hidden = false;
    }
    this.#markStuck();
  }
}

/** An edited message keeps the keyboard focus on the same bubble or the same button. */
function keepFocus(old, fresh) {
  const focused = document.activeElement;
  if (!old.contains(focused)) return;
  const where = (root) => [...root.querySelectorAll(".bubble, .key")];
  const index = where(old).indexOf(focused);
  queueMicrotask(() => where(fresh)[index]?.focus({ preventScroll: true }));
}
