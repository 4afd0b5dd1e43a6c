/** The desk: which phones lie on it, and the address that remembers them. */
import { el } from "./dom.js";
import { buildBar } from "./clock.js";
import { announce } from "./notices.js";
import { askNewPerson } from "./people.js";
import { Phone } from "./phone.js";
import { Store } from "./store.js";

const NARROW = matchMedia("(max-width: 700px)");
const USUAL = 3;

const store = new Store();
const desk = document.getElementById("desk");
const phones = [];

function wanted() {
  const text = new URLSearchParams(location.hash.slice(1)).get("people") ?? "";
  const ids = text.split(",").map(Number).filter((id) => store.people.has(id));
  return ids.length ? ids : [...store.people.keys()].slice(0, NARROW.matches ? 1 : USUAL);
}

function remember() {
  const hash = `#people=${phones.map((phone) => phone.uid).join(",")}`;
  if (location.hash !== hash) history.replaceState(null, "", hash);
  for (const phone of phones) phone.shut.hidden = phones.length < 2;
  desk.classList.toggle("single", phones.length === 1);
}

function open(uid) {
  const phone = new Phone(store, uid, {
    onPick: (other) => swap(phone, other),
    onNew: () => askNewPerson(store, (person) => swap(phone, person.id)),
    onClose: () => {
      phones.splice(phones.indexOf(phone), 1);
      phone.close();
      remember();
    },
  });
  return phone;
}

function swap(phone, uid) {
  const fresh = open(uid);
  phones[phones.indexOf(phone)] = fresh;
  phone.node.replaceWith(fresh.node);
  phone.close();
  remember();
  fresh.node.querySelector("select").focus({ preventScroll: true });
}

function add(uid) {
  const phone = open(uid);
  phones.push(phone);
  desk.querySelector(":scope > .plain")?.remove();
  desk.append(phone.node);
  remember();
  phone.node.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
}

function addPhone() {
  const shown = new Set(phones.map((phone) => phone.uid));
  const others = [...store.people.keys()].filter((uid) => !shown.has(uid));
  const free = others.find((uid) => store.unread.get(uid)) ?? others[0];
  if (free === undefined) askNewPerson(store, (person) => add(person.id));
  else add(free);
}

function lay() {
  const ids = wanted();
  if (ids.join() === phones.map((phone) => phone.uid).join()) return;
  for (const phone of phones.splice(0)) phone.close();
  desk.replaceChildren();
  for (const uid of ids) {
    const phone = open(uid);
    phones.push(phone);
    desk.append(phone.node);
  }
  if (!ids.length) {
    desk.append(el("p", { class: "plain" }, "لا أشخاص بعد. أضف «شخص جديد» من الأعلى لتبدأ."));
  }
  remember();
}

document.getElementById("bar").append(
  ...buildBar(store, { addPhone, addPerson: () => askNewPerson(store, (person) => add(person.id)) }),
);
window.addEventListener("hashchange", lay);
window.addEventListener("unhandledrejection", (event) => announce(event.reason?.message ?? "حدث خطأ غير متوقع"));
// A sign that is drawn before its font is there may stay an empty box.
await document.fonts.load('16px "Halqa Signs"', "✅").catch(() => {});
await store.start();
lay();
