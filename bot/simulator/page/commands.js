/** The panel of the bot's commands, above the composer. */
import { button, el } from "./dom.js";

export function commandList(commands, onPick) {
  if (!commands.length) {
    return el("div", { class: "commands empty" }, "لم يعلن البوت أوامره بعد.");
  }
  return el(
    "div",
    { class: "commands", role: "menu", "aria-label": "أوامر البوت", "data-testid": "commands" },
    ...commands.map(({ command, description }) =>
      button(
        { role: "menuitem", "data-testid": "command", on: { click: () => onPick(`/${command}`) } },
        el("bdi", { class: "name", dir: "ltr" }, `/${command}`),
        el("span", { dir: "auto" }, description),
      ),
    ),
  );
}

/** The commands that what is being typed could become. */
export function matching(commands, typed) {
  const wanted = /^\/([a-z0-9_]*)$/i.exec(typed)?.[1];
  if (wanted === undefined) return [];
  return commands.filter(({ command }) => command.startsWith(wanted.toLowerCase()));
}
