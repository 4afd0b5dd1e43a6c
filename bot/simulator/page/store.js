/**
 * What the page knows: the people, their chats, the clock. It reads the server once, then follows
 * its events, and tells listeners what changed:
 *   "people" · "chat" (uid) · "arrived" (uid, message) · "typing" (uid) · "toast" (uid, text, alert)
 *   "clock" · "link" (connected)
 */
import { api, follow } from "./api.js";
import { instant } from "./dates.js";

const TYPING_MS = 5500;
const SETTLE_MS = 1200;

export class Store extends EventTarget {
  bot = { name: "حلقة", username: "" };
  people = new Map();
  chats = new Map();
  unread = new Map();
  clock = { movable: false, next: null, now: new Date(), read: performance.now(), known: false };
  connected = false;
  #watched = new Map();
  #typing = new Map();
  #reading = 0;

  /** Resolves when the people are known for the first time. */
  start() {
    return new Promise((resolve) => {
      follow({
        onOpen: async () => {
          await this.#refresh();
          this.connected = true;
          this.#tell("link");
          resolve();
        },
        onLost: () => {
          this.connected = false;
          this.#tell("link");
        },
        onEvent: (event) => this.#take(event),
      });
    });
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  async #refresh() {
    await this.readState();
    await Promise.all([...this.#watched.keys()].map((uid) => this.load(uid)));
  }

  async readState() {
    const state = await api.state();
    this.bot = { ...state.bot, description: state.description ?? "" };
    this.people = new Map(state.users.map((user) => [user.id, user]));
    for (const user of state.users) {
      if (!this.#watched.has(user.id)) this.unread.set(user.id, user.unread ?? 0);
    }
    this.#setClock(state.now, state.clock);
    this.#tell("people");
  }

  /** What the bot does may set or cancel a reminder, and only the state tells when the next is. */
  #readStateSoon() {
    if (!this.clock.movable || this.#reading) return;
    this.#reading = setTimeout(() => {
      this.#reading = 0;
      this.readState().catch(() => {});
    }, SETTLE_MS);
  }

  #setClock(now, { movable = this.clock.movable, next = null } = {}) {
    this.clock = { movable, next: next ? instant(next) : null, now: instant(now), read: performance.now(), known: true };
    this.#tell("clock");
  }

  /** The simulated instant, running on from when it was last read. */
  now() {
    return new Date(this.clock.now.getTime() + (performance.now() - this.clock.read));
  }

  async moveClock(order) {
    const { now, next, stopped } = await api.moveClock(order);
    this.#setClock(now, { next });
    return stopped;
  }

  async addPerson(person) {
    const user = await api.addPerson(person);
    this.people.set(user.id, user);
    this.#tell("people");
    return user;
  }

  /** A phone shows this person from now on; unwatch() when it no longer does. */
  async watch(uid) {
    this.#watched.set(uid, (this.#watched.get(uid) ?? 0) + 1);
    if (this.unread.get(uid)) {
      this.unread.set(uid, 0);
      this.#tell("people");
    }
    await this.load(uid);
  }

  unwatch(uid) {
    const left = (this.#watched.get(uid) ?? 1) - 1;
    if (left > 0) {
      this.#watched.set(uid, left);
    } else {
      this.#watched.delete(uid);
      // Reading the chat once more tells the server that all of it has been seen.
      api.chat(uid).catch(() => {});
    }
  }

  #chat(uid) {
    if (!this.chats.has(uid)) {
      this.chats.set(uid, {
        messages: new Map(), replyKeyboard: null, commands: [], blocked: false, loaded: false, touched: null,
      });
    }
    return this.chats.get(uid);
  }

  async load(uid) {
    const chat = this.#chat(uid);
    // What events change while the answer is on its way is newer than the answer.
    const touched = new Map();
    chat.touched = touched;
    const body = await api.chat(uid);
    const old = chat.messages;
    chat.messages = new Map();
    for (const message of body.messages) chat.messages.set(message.id, same(old.get(message.id), message));
    for (const [id, message] of touched) {
      if (message) chat.messages.set(id, message);
      else chat.messages.delete(id);
    }
    if (chat.touched === touched) chat.touched = null;
    chat.messages = new Map([...chat.messages].sort(([a], [b]) => a - b));
    chat.replyKeyboard = body.reply_keyboard ?? null;
    chat.commands = body.commands ?? [];
    chat.blocked = Boolean(body.blocked);
    chat.loaded = true;
    this.#tell("chat", { uid });
  }

  isTyping(uid) {
    return this.#typing.has(uid);
  }

  #setTyping(uid, on) {
    clearTimeout(this.#typing.get(uid));
    const was = this.#typing.delete(uid);
    if (on) this.#typing.set(uid, setTimeout(() => this.#setTyping(uid, false), TYPING_MS));
    if (on || was) this.#tell("typing", { uid });
  }

  #put(uid, message) {
    const chat = this.#chat(uid);
    const known = chat.messages.has(message.id);
    chat.messages.set(message.id, same(chat.messages.get(message.id), message));
    chat.touched?.set(message.id, message);
    const last = [...chat.messages.keys()].at(-2) ?? 0;
    if (!known && message.id < last) {
      chat.messages = new Map([...chat.messages].sort(([a], [b]) => a - b));
    }
    return !known;
  }

  #take(event) {
    const uid = Number(event.chat);
    switch (event.type) {
      case "message":
      case "edit": {
        const isNew = this.#put(uid, event.message);
        if (event.message.from === "bot") this.#setTyping(uid, false);
        if (isNew) this.#arrived(uid, event.message);
        this.#readStateSoon();
        this.#tell("chat", { uid });
        if (event.message.from === "bot" && event.type === "message") this.#tell("arrived", { uid, message: event.message });
        break;
      }
      case "delete": {
        const id = event.message?.id ?? event.message_id;
        this.#chat(uid).messages.delete(id);
        this.#chat(uid).touched?.set(id, null);
        this.#tell("chat", { uid });
        break;
      }
      case "keyboard":
        this.#chat(uid).replyKeyboard = event.reply_keyboard ?? null;
        this.#tell("chat", { uid });
        break;
      case "typing":
        this.#setTyping(uid, true);
        break;
      case "toast":
        this.#tell("toast", { uid, text: event.text ?? "", alert: Boolean(event.alert) });
        break;
      case "clock":
        this.readState().catch(() => {});
        break;
      case "users":
        this.#refresh().catch(() => {});
        break;
      default:
        break;
    }
  }

  #arrived(uid, message) {
    if (message.from !== "bot" || this.#watched.has(uid) || !this.people.has(uid)) return;
    this.unread.set(uid, (this.unread.get(uid) ?? 0) + 1);
    this.#tell("people");
  }
}

/** The old object when nothing changed, so that what is on the screen is not rebuilt. */
function same(old, fresh) {
  return old && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh;
}
