/** One phone: a person, their chat with the bot, and everything that they can do in it. */
import { button, el } from "./dom.js";
import { api } from "./api.js";
import { Composer } from "./composer.js";
import { instant, timeOf } from "./dates.js";
import { icon, ring } from "./icons.js";
import { settle } from "./keyboard.js";
import { ChatLog } from "./log.js";
import { alertIn, toast } from "./notices.js";
import { personChooser } from "./people.js";
import { placeOf } from "./places.js";
import { openMenu } from "./popup.js";

const EDITABLE_MS = 48 * 3600 * 1000;

export class Phone {
  #listeners = [];

  /** `desk`: onPick(uid), onNew(), onClose(), closable(). */
  constructor(store, uid, desk) {
    this.store = store;
    this.uid = uid;
    this.place = placeOf(store.people.get(uid));
    this.chooser = personChooser(store, uid, desk);
    this.composer = new Composer({
      place: this.place,
      actions: {
        text: (text, replyTo) => this.#try(api.sendText(uid, text, replyTo)),
        key: (text) => this.#try(api.pressKey(uid, text)),
        file: (kind, file, caption) => this.#try(api.sendFile(uid, kind, file, caption)),
        edit: (id, text) => this.#try(api.edit(uid, id, text)),
        lastOwn: () => this.#lastOwn(),
        unblock: () => this.#try(api.unblock(uid).then(() => store.load(uid))),
      },
    });
    this.log = new ChatLog({
      place: this.place,
      now: () => store.now(),
      context: (message) => ({
        place: this.place,
        reply: this.#replied(message),
        onPress: (data) => this.#try(api.press(uid, message.id, data)),
        onCommand: (text) => this.#try(api.sendText(uid, text)),
        onVote: (choices) => this.#try(api.vote(uid, message.id, choices)),
        onCopy: (text) => this.#copy(text),
        onMenu: (target, node, point) => this.#messageMenu(target, point),
      }),
    });
    this.node = this.#build(desk);
    this.#listen();
    this.#drawStatus();
    this.#tick();
    this.ticker = setInterval(() => this.#tick(), 1000);
    store.watch(uid).catch((error) => toast(this.screen, error.message));
  }

  close() {
    for (const [type, handler] of this.#listeners) this.store.removeEventListener(type, handler);
    clearInterval(this.ticker);
    this.chooser.close();
    this.log.close();
    this.composer.close();
    this.store.unwatch(this.uid);
    this.node.remove();
  }

  #build(desk) {
    this.time = el("span", { class: "clock" });
    this.status = el("span", { class: "status", role: "status", "data-testid": "status" });
    this.title = el("h2", {}, this.store.bot.name);
    const more = button({ class: "tool", "aria-label": "خيارات المحادثة", "aria-haspopup": "menu" }, icon("more"));
    more.addEventListener("click", () => this.#chatMenu(more));
    this.start = button({ class: "primary start", "data-testid": "start", on: { click: () => this.#try(api.sendText(this.uid, "/start")) } }, "ابدأ");
    this.about = el("small", { dir: "auto" });
    this.empty = el(
      "div",
      { class: "empty", hidden: true },
      el("span", { class: "mark" }, ring()),
      el("p", {}, "لا رسائل بعد"),
      this.about,
      this.start,
    );
    this.screen = el(
      "div",
      { class: "screen" },
      el("div", { class: "statusbar", "aria-hidden": "true" }, this.time, el("span", { class: "signs" }, el("i", { class: "signal" }), el("i", { class: "battery" }))),
      el("header", { class: "head" }, el("span", { class: "mark" }, ring()), el("div", { class: "names" }, this.title, this.status), more),
      this.log.node,
      this.empty,
      this.composer.node,
    );
    this.shut = button({ class: "tool shut", "aria-label": "إغلاق هذا الهاتف", "data-testid": "close-phone", on: { click: () => desk.onClose() } }, icon("close"));
    const node = el(
      "section",
      { class: "phone", "data-testid": "phone", "data-person": this.uid, "aria-label": "هاتف" },
      el("div", { class: "owner" }, this.chooser.node, this.shut),
      el("div", { class: "body" }, this.screen),
    );
    this.screen.addEventListener("dragover", (event) => event.preventDefault());
    this.screen.addEventListener("drop", (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) this.composer.take(file);
    });
    return node;
  }

  #on(type, handler) {
    this.#listeners.push([type, handler]);
    this.store.addEventListener(type, handler);
  }

  #listen() {
    const mine = (handler) => (event) => {
      if (event.detail.uid === this.uid) handler(event.detail);
    };
    this.#on("chat", mine(() => this.draw()));
    this.#on("typing", mine(() => this.#drawStatus()));
    this.#on("arrived", mine(() => settle(this.node)));
    this.#on("toast", mine((notice) => this.#notify(notice)));
    this.#on("people", () => this.#drawStatus());
    this.#on("clock", () => this.draw());
  }

  #notify({ text, alert }) {
    settle(this.node);
    if (!text) return;
    if (alert) alertIn(this.screen, this.store.bot.name, text);
    else toast(this.screen, text);
  }

  async #try(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      toast(this.screen, error.message);
      return false;
    }
  }

  #tick() {
    if (this.store.clock.known) this.time.textContent = timeOf(this.place, this.store.now());
  }

  #drawStatus() {
    const blocked = this.store.chats.get(this.uid)?.blocked;
    const typing = this.store.isTyping(this.uid);
    this.title.textContent = this.store.bot.name || "حلقة";
    this.about.textContent = this.store.bot.description || "اضغط «ابدأ» ليتعرّف البوت إلى صاحب هذا الهاتف.";
    this.status.textContent = typing ? "يكتب الآن…" : blocked ? "محظور" : "بوت";
    this.status.classList.toggle("typing", typing);
  }

  draw() {
    const chat = this.store.chats.get(this.uid);
    if (!chat?.loaded) return;
    const messages = [...chat.messages.values()];
    this.log.render(messages);
    this.log.node.hidden = messages.length === 0;
    this.empty.hidden = messages.length > 0;
    this.composer.offer(chat);
    this.#tick();
    this.#drawStatus();
  }

  #replied(message) {
    const { reply_to: reply } = message;
    if (!reply) return null;
    return typeof reply === "object" ? reply : (this.store.chats.get(this.uid)?.messages.get(reply) ?? null);
  }

  #editable(message) {
    const age = this.store.now() - instant(message.date);
    return message.from === "me" && !message.media && Boolean(message.text) && age < EDITABLE_MS;
  }

  #lastOwn() {
    const messages = [...(this.store.chats.get(this.uid)?.messages.values() ?? [])];
    return messages.findLast((message) => this.#editable(message)) ?? null;
  }

  #messageMenu(message, point) {
    const items = [{ label: "رد", icon: "reply", testid: "reply-to", act: () => this.composer.startReply(message) }];
    if (this.#editable(message)) {
      items.push({ label: "تعديل", icon: "edit", testid: "edit-message", act: () => this.composer.startEditing(message) });
    }
    if (message.text) {
      items.push({ label: "نسخ النص", icon: "copy", act: () => this.#copy(message.text) });
    }
    openMenu(items, point, this.screen);
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast(this.screen, "نُسخ النص");
    } catch {
      toast(this.screen, "لم يسمح المتصفح بالنسخ");
    }
  }

  #chatMenu(anchor) {
    const { uid, store } = this;
    const blocked = store.chats.get(uid)?.blocked;
    const flip = blocked ? api.unblock : api.block;
    openMenu(
      [
        {
          label: blocked ? "رفع الحظر عن البوت" : "حظر البوت",
          icon: "block",
          testid: "block",
          act: () => this.#try(flip(uid).then(() => store.load(uid))),
        },
        { label: "إلى أحدث رسالة", icon: "down", act: () => this.log.toNewest() },
      ],
      anchor,
      this.screen,
    );
  }
}
