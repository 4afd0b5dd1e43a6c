/** A small menu at a point or under a button; one at a time on the page. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";

let close = null;

/**
 * `items`: {label, icon, act, testid?}. `at`: a point {x, y} of the window, or an element.
 * The menu stays inside `host`.
 */
export function openMenu(items, at, host = document.body) {
  close?.();
  const before = document.activeElement;
  const menu = el(
    "div",
    { class: "popup", role: "menu" },
    ...items.map((item) =>
      button(
        {
          role: "menuitem",
          "data-testid": item.testid,
          on: {
            click: () => {
              close?.();
              item.act();
            },
          },
        },
        icon(item.icon),
        item.label,
      ),
    ),
  );
  document.body.append(menu);
  place(menu, at, host.getBoundingClientRect());

  const outside = (event) => {
    if (!menu.contains(event.target)) close?.();
  };
  const keys = (event) => {
    const options = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const index = options.indexOf(document.activeElement) + step;
      options[(index + options.length) % options.length].focus();
    }
    if (event.key === "Escape" || event.key === "Tab") close?.();
  };
  close = () => {
    close = null;
    document.removeEventListener("pointerdown", outside, true);
    menu.removeEventListener("keydown", keys);
    menu.remove();
    if (before?.isConnected && document.activeElement === document.body) before.focus({ preventScroll: true });
  };
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("keydown", keys);
  menu.firstElementChild?.focus({ preventScroll: true });
}

function place(menu, at, bounds) {
  const gap = 8;
  const box = at instanceof Element ? at.getBoundingClientRect() : null;
  const { width, height } = menu.getBoundingClientRect();
  // Right to left: a menu grows to the left of where it was asked for.
  const wantX = box ? box.right - width : at.x - width;
  const below = box ? box.bottom + 6 : at.y;
  const wantY = below + height > bounds.bottom - gap ? (box ? box.top : at.y) - height - 6 : below;
  menu.style.left = `${Math.min(Math.max(bounds.left + gap, wantX), bounds.right - width - gap)}px`;
  menu.style.top = `${Math.max(bounds.top + gap, wantY)}px`;
}
