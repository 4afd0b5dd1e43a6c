/** Dates and numbers as a person in a given place reads them. */

const formats = new Map();

function format(place, date, options) {
  const zone = place.zone(date);
  const locale = options.locale ?? place.locale;
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    const { locale: _, ...rest } = options;
    formats.set(key, new Intl.DateTimeFormat(locale, { ...rest, timeZone: zone }));
  }
  return formats.get(key).format(date);
}

/** ISO text or seconds since 1970 → Date. */
export function instant(value) {
  return typeof value === "number" ? new Date(value * 1000) : new Date(value);
}

export const timeOf = (place, date) => format(place, date, { hour: "numeric", minute: "2-digit" });

export const weekdayOf = (place, date) => format(place, date, { weekday: "long" });

export const dateOf = (place, date) =>
  format(place, date, { day: "numeric", month: "long", year: "numeric" });

export const hijriOf = (place, date) =>
  format(place, date, {
    locale: place.locale.replace("ca-gregory", "ca-islamic-umalqura"),
    day: "numeric",
    month: "long",
    year: "numeric",
  });

/** A key that is equal for two instants of one local day. */
export const dayKey = (place, date) =>
  format(place, date, { locale: "en-CA", year: "numeric", month: "2-digit", day: "2-digit" });

const DAY_MS = 86_400_000;

/** «اليوم», «أمس», the weekday within a week, otherwise the date. */
export function dayName(place, date, now) {
  const days = Math.round(
    (Date.parse(dayKey(place, now)) - Date.parse(dayKey(place, date))) / DAY_MS,
  );
  if (days === 0) return "اليوم";
  if (days === 1) return "أمس";
  if (days === -1) return "غدًا";
  const sameYear = dayKey(place, now).slice(0, 4) === dayKey(place, date).slice(0, 4);
  const options = { weekday: "long", day: "numeric", month: "long" };
  return format(place, date, sameYear ? options : { ...options, year: "numeric" });
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** «خلال ٣ ساعات»: the distance between two instants in the largest fitting unit. */
export function distance(place, from, to) {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(place.locale, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return "الآن";
}

export const numberOf = (place, value, options = {}) =>
  new Intl.NumberFormat(place.locale, options).format(value);

/** Bytes → «٢٫٤ م.ب». */
export function sizeOf(place, bytes) {
  if (bytes < 1024) return `${numberOf(place, bytes)} بايت`;
  const mega = bytes >= 1024 * 1024;
  const value = bytes / (mega ? 1024 * 1024 : 1024);
  return `${numberOf(place, value, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${mega ? "م.ب" : "ك.ب"}`;
}

/** Seconds → «١:٠٥». */
export function lengthOf(place, seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const rest = numberOf(place, whole % 60, { minimumIntegerDigits: 2 });
  return `${numberOf(place, Math.floor(whole / 60), { useGrouping: false })}:${rest}`;
}
