/**
 * The only place where elements are made. Text always enters as a text node, so nothing
 * that a person or the bot wrote is ever parsed as markup.
 */
const SVG = "http://www.w3.org/2000/svg";

function apply(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [type, handler] of Object.entries(value)) node.addEventListener(type, handler);
    } else if (name === "data") {
      for (const [key, text] of Object.entries(value)) node.setAttribute(`data-${key}`, text);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  return node;
}

/** An element; `props` are attributes, plus `on` (listeners) and `data` (data-*). */
export function el(tag, props = {}, ...children) {
  const node = apply(document.createElement(tag), props);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A drawing of 24×24 made of stroked paths; hidden from screen readers. */
export function drawing(paths, extra = {}) {
  const svg = apply(document.createElementNS(SVG, "svg"), {
    viewBox: "0 0 24 24",
    class: "icon",
    "aria-hidden": "true",
    focusable: "false",
    ...extra,
  });
  for (const d of paths) svg.append(apply(document.createElementNS(SVG, "path"), { d }));
  return svg;
}

/** Makes the children of `parent` equal `wanted`, moving as few nodes as possible. */
export function reconcile(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/** A button that never submits a form by accident. */
export function button(props, ...children) {
  return el("button", { type: "button", ...props }, ...children);
}
