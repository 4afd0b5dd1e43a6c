/**
 * Where a person's phone is: its time zone and the way it writes numbers and months.
 * The server may say so (`timezone`); otherwise the country in the person's note does.
 */

// Morocco stays at UTC+0 all year from this date; a browser's own table may be older than that.
const MOROCCO_SETTLED = Date.UTC(2026, 8, 20);

const RIYADH = {
  city: "الرياض",
  locale: "ar-SA-u-ca-gregory-nu-arab",
  zone: () => "Asia/Riyadh",
};
const RABAT = {
  city: "الرباط",
  locale: "ar-MA-u-ca-gregory-nu-latn",
  zone: (date) => (date.getTime() >= MOROCCO_SETTLED ? "UTC" : "Africa/Casablanca"),
};

export const HOME = RIYADH;

export function placeOf(person) {
  if (person?.timezone === "Africa/Casablanca") return RABAT;
  if (person?.timezone && person.timezone !== "Asia/Riyadh") {
    return { city: person.timezone, locale: RIYADH.locale, zone: () => person.timezone };
  }
  return /المغرب|مغربي/.test(person?.note ?? "") ? RABAT : RIYADH;
}
