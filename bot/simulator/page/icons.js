import { drawing } from "./dom.js";

/* Arrows that mean "forward" point left, because the page reads right to left. */
const PATHS = {
  send: ["M20 4.5 3.5 12 20 19.5l-2.6-7.5z", "M17.4 12H9.5"],
  attach: ["M19 11.5l-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.9 7.9a1.5 1.5 0 0 1-2.2-2.2l6.9-6.8"],
  mic: ["M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3z", "M5.8 11.5a6.2 6.2 0 0 0 12.4 0", "M12 17.7v3"],
  stop: ["M7 7h10v10H7z"],
  keys: ["M4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6z", "M7 10h.01M10.3 10h.01M13.6 10h.01M17 10h.01M8.5 14.3h7"],
  fold: ["M6 9.5l6 6 6-6"],
  menu: ["M5 7.5h14M5 12h14M5 16.5h9"],
  close: ["M6.5 6.5l11 11M17.5 6.5l-11 11"],
  plus: ["M12 5v14M5 12h14"],
  phone: ["M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z", "M11 18h2"],
  person: ["M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", "M4.5 20c.6-3.8 3.7-5.8 7.5-5.8s6.9 2 7.5 5.8"],
  bell: ["M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z", "M10.2 20.5a2 2 0 0 0 3.6 0"],
  clock: ["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z", "M12 7.5V12l3 2"],
  more: ["M12 5.5h.01M12 12h.01M12 18.5h.01"],
  file: ["M7 3h7l5 5v11a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z", "M13.5 3.5V8.5H19"],
  image: ["M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2z", "M4 16.5l4.5-4.5 4 4 2.5-2.5 5 4.5", "M15.5 9h.01"],
  download: ["M12 4v10.5M7.5 10.5 12 15l4.5-4.5", "M5 19.5h14"],
  play: ["M8 5.5v13l10.5-6.5z"],
  pause: ["M8.5 6v12M15.5 6v12"],
  reply: ["M13.5 6 19 11.5 13.5 17", "M19 11.5h-7c-4 0-7 2-7 6.5"],
  edit: ["M4.5 19.5l.8-4L15.8 5a1.8 1.8 0 0 1 2.6 0l.6.6a1.8 1.8 0 0 1 0 2.6L8.5 18.7z"],
  copy: ["M9 8.5h9a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9A1.5 1.5 0 0 1 7.5 19v-9A1.5 1.5 0 0 1 9 8.5z", "M16.5 8V5A1.5 1.5 0 0 0 15 3.5H6A1.5 1.5 0 0 0 4.5 5v9A1.5 1.5 0 0 0 6 15.5h1"],
  block: ["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z", "M6 6l12 12"],
  outside: ["M10 14 19 5M12.5 5H19v6.5"],
  down: ["M6 9.5l6 6 6-6"],
  chevron: ["M7.5 10l4.5 4.5L16.5 10"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  place: ["M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z", "M12 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z"],
};

/** The named drawing; an unknown name is an error of ours and throws. */
export function icon(name) {
  const paths = PATHS[name];
  if (!paths) throw new Error(`no such icon: ${name}`);
  return drawing(paths, { "data-icon": name });
}

/** The ring of people: the bot's face. */
export function ring() {
  return drawing(
    ["M12 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z", "M12 5.5h.01M6.4 15.3h.01M17.6 15.3h.01"],
    { "data-icon": "ring" },
  );
}
