/** The bar at the top: the simulated date and time, and the buttons that move it. */
import { button, el } from "./dom.js";
import { icon, ring } from "./icons.js";
import { dateOf, distance, hijriOf, numberOf, timeOf, weekdayOf } from "./dates.js";
import { HOME } from "./places.js";
import { announce } from "./notices.js";

const HOUR = 3600;
const STILL = "الساعة هنا هي الساعة الحقيقية، فلا يمكن تحريكها. شغّل المحاكي بساعة تجريبية لتقفز إلى موعد التذكير.";
const STOPPED = "توقفت الساعة عند تذكير حان وقته. اضغط مرة أخرى لتتقدم بعده.";
const NOTHING_DUE = "لا يوجد تذكير قادم بعد.";

export function buildBar(store, { addPhone, addPerson }) {
  const weekday = el("span", { class: "weekday" });
  const date = el("span", { class: "date" });
  const hijri = el("span", { class: "hijri" });
  const time = el("span", { class: "time" });
  const why = el("span", { class: "why", id: "clock-why" });
  const next = button(
    { class: "primary next", "data-testid": "clock-next", "aria-describedby": "clock-why" },
    icon("bell"),
    el("span", {}, "إلى التذكير التالي"),
  );
  const hour = button({ class: "soft", "data-testid": "clock-hour", "aria-label": "تقديم الساعة ساعةً واحدة" }, "+ ساعة");
  const day = button({ class: "soft", "data-testid": "clock-day", "aria-label": "تقديم الساعة يومًا واحدًا" }, "+ يوم");
  const movers = [next, hour, day];
  let moving = false;

  async function move(trigger, order) {
    moving = true;
    trigger.setAttribute("aria-busy", "true");
    draw();
    try {
      if (await store.moveClock(order)) announce(STOPPED);
    } catch (error) {
      announce(error.message);
    } finally {
      moving = false;
      trigger.removeAttribute("aria-busy");
      draw();
    }
  }
  next.addEventListener("click", () => move(next, { next: true }));
  hour.addEventListener("click", () => move(hour, { advance: HOUR }));
  day.addEventListener("click", () => move(day, { advance: 24 * HOUR }));

  function draw() {
    const { movable, next: due, known } = store.clock;
    if (!known) return;
    const now = store.now();
    weekday.textContent = weekdayOf(HOME, now);
    date.textContent = dateOf(HOME, now);
    hijri.textContent = hijriOf(HOME, now);
    time.textContent = timeOf(HOME, now);
    for (const mover of movers) mover.disabled = !movable || moving;
    if (!due) next.disabled = true;
    why.textContent = !movable
      ? STILL
      : due
        ? `${distance(HOME, now, due)}: ${weekdayOf(HOME, due)}، ${timeOf(HOME, due)}`
        : NOTHING_DUE;
    why.classList.toggle("still", !movable);
    for (const mover of movers) mover.title = movable && (due || mover !== next) ? "" : why.textContent;
    next.title = why.textContent;
  }

  const unread = el("b", { class: "count", title: "رسائل جديدة لأشخاص لا يظهر هاتفهم", "data-testid": "others-unread" });
  store.addEventListener("people", () => {
    const waiting = [...store.unread.values()].reduce((sum, count) => sum + count, 0);
    unread.textContent = waiting ? numberOf(HOME, waiting) : "";
  });

  const link = el("span", { class: "link", role: "status", "data-testid": "link" });
  store.addEventListener("link", () => {
    link.textContent = store.connected ? "" : "انقطع الاتصال، تجري المحاولة من جديد…";
  });
  store.addEventListener("clock", draw);
  setInterval(draw, 1000);

  return [
    el("div", { class: "brand" }, el("span", { class: "mark" }, ring()), el("h1", {}, "حلقة")),
    el(
      "div",
      { class: "now", "data-testid": "clock", title: `بتوقيت ${HOME.city}` },
      time,
      el("div", { class: "when" }, el("span", {}, weekday, "، ", date), hijri),
    ),
    el(
      "div",
      { class: "movers", role: "group", "aria-label": "تحريك الساعة" },
      el("div", { class: "nextbox" }, next, why),
      hour,
      day,
    ),
    link,
    el(
      "div",
      { class: "actions" },
      button({ class: "soft", "data-testid": "add-person", "aria-label": "شخص جديد", on: { click: addPerson } }, icon("person"), el("span", {}, "شخص جديد")),
      button({ class: "soft", "data-testid": "add-phone", "aria-label": "أضف هاتفًا", on: { click: addPhone } }, icon("phone"), el("span", {}, "+ هاتف"), unread),
    ),
  ];
}
