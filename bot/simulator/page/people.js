/** Who holds a phone: the chooser above it, and the form that makes a new person. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { numberOf } from "./dates.js";
import { HOME } from "./places.js";

const HUES = [172, 28, 262, 205, 340, 88, 300, 45];

export const nameOf = (person) => person.name || [person.first_name, person.last_name].filter(Boolean).join(" ");

export function avatar(person) {
  const face = el("span", { class: "face", "aria-hidden": "true" }, [...nameOf(person)][0] ?? "؟");
  face.style.setProperty("--hue", HUES[Math.abs(person.id) % HUES.length]);
  return face;
}

/** The chooser; `onPick(uid)` when another person is chosen, `onNew()` for «شخص جديد…». */
export function personChooser(store, uid, { onPick, onNew }) {
  const name = el("b", {});
  const note = el("span", { class: "note" });
  const face = el("span", { class: "seat" });
  const select = el("select", { "aria-label": "صاحب الهاتف", "data-testid": "person-select" });
  select.addEventListener("change", () => {
    const value = select.value;
    select.value = String(uid);
    if (value === "new") onNew();
    else onPick(Number(value));
  });

  function draw() {
    const person = store.people.get(uid) ?? { id: uid, name: `#${uid}` };
    name.textContent = nameOf(person);
    note.textContent = person.note || (person.username ? `@${person.username}` : "");
    face.replaceChildren(avatar(person));
    const options = [...store.people.values()].map((one) => {
      const unread = store.unread.get(one.id) ?? 0;
      const label = [nameOf(one), one.note].filter(Boolean).join(" — ");
      return el("option", { value: one.id }, unread ? `${label} (${numberOf(HOME, unread)} جديد)` : label);
    });
    select.replaceChildren(...options, el("option", { value: "new" }, "+ شخص جديد…"));
    select.value = String(uid);
  }
  draw();
  store.addEventListener("people", draw);
  return {
    node: el("label", { class: "chooser" }, face, el("span", { class: "who" }, name, note), icon("chevron"), select),
    close: () => store.removeEventListener("people", draw),
  };
}

const FIELDS = [
  { name: "first_name", label: "الاسم الأول", required: true, max: 64 },
  { name: "last_name", label: "اسم العائلة", max: 64 },
  { name: "note", label: "وصف قصير يظهر هنا فقط", hint: "مثل: معلمة رياضيات، السعودية", max: 80 },
  { name: "username", label: "اسم المستخدم في تيليجرام", ltr: true, max: 32, pattern: "[A-Za-z][A-Za-z0-9_]{3,31}" },
];

/** Asks for a person who has never written to the bot; `onDone(person)` once the server has them. */
export function askNewPerson(store, onDone) {
  const error = el("p", { class: "error", role: "alert" });
  const inputs = FIELDS.map(({ name, required, max, ltr, hint, pattern }) =>
    el("input", { name, required, maxlength: max, pattern, dir: ltr ? "ltr" : "rtl", placeholder: hint, autocomplete: "off" }),
  );
  const language = el(
    "select",
    { name: "language_code" },
    el("option", { value: "ar" }, "العربية"),
    el("option", { value: "fr" }, "الفرنسية"),
    el("option", { value: "en" }, "الإنجليزية"),
  );
  const form = el(
    "form",
    {},
    el("h2", {}, "شخص جديد"),
    el("p", {}, "شخص لم يكتب إلى البوت من قبل، ويُفتح له هاتف جديد."),
    ...FIELDS.map(({ label, required }, index) =>
      el("label", {}, el("span", {}, label, required ? "" : el("small", {}, " (اختياري)")), inputs[index]),
    ),
    el("label", {}, el("span", {}, "لغة الهاتف"), language),
    error,
    el(
      "div",
      { class: "ends" },
      el("button", { type: "submit", class: "primary", "data-testid": "person-add" }, "أضف"),
      button({ class: "soft", on: { click: () => dialog.close() } }, "إلغاء"),
    ),
  );
  const dialog = el("dialog", { class: "sheet", "aria-label": "شخص جديد", "data-testid": "person-form" }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const person = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]));
    try {
      const made = await store.addPerson(person);
      dialog.close();
      onDone(made);
    } catch (problem) {
      error.textContent = problem.message;
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
