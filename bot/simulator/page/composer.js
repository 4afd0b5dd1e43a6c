/** Where a person writes: text, attachments, a recorded voice, the reply keyboard, commands. */
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { commandList, matching } from "./commands.js";
import { lengthOf, sizeOf } from "./dates.js";
import { replyKeyboard } from "./keyboard.js";
import { announce } from "./notices.js";
import { openMenu } from "./popup.js";
import { canRecord, record } from "./recorder.js";

const TEXT_LIMIT = 4096;
const CAPTION_LIMIT = 1024;
const ATTACHMENTS = [
  { kind: "photo", label: "صورة أو مقطع", icon: "image", accept: "image/*,video/*" },
  { kind: "document", label: "ملف", icon: "file", accept: "" },
  { kind: "voice", label: "تسجيل صوتي من ملف", icon: "mic", accept: "audio/*" },
];

export class Composer {
  #file = null;
  #editing = null;
  #replying = null;
  #recording = null;
  #commands = [];
  #rows = null;
  #folded = false;
  #menuOpen = false;
  #preview = null;
  #away = new AbortController();

  /**
   * `actions`: text(text, replyTo), file(kind, file, caption), edit(id, text), lastOwn() → message or
   * null, unblock(). Each sending one resolves to whether it was taken; if not, what was typed
   * comes back.
   */
  constructor({ place, actions }) {
    this.place = place;
    this.actions = actions;
    this.input = el("textarea", {
      rows: "1",
      dir: "auto",
      maxlength: TEXT_LIMIT,
      placeholder: "اكتب رسالة…",
      "aria-label": "الرسالة",
      "data-testid": "composer",
      enterkeyhint: "send",
      autocomplete: "off",
    });
    this.send = button({ class: "send", "aria-label": "إرسال", "data-testid": "send" }, icon("send"));
    this.mic = button({ class: "tool", "aria-label": "تسجيل رسالة صوتية", "data-testid": "record" }, icon("mic"));
    this.keys = button({ class: "tool", "aria-label": "أزرار الرد", "data-testid": "fold-keyboard" }, icon("keys"));
    this.attach = button({ class: "tool", "aria-label": "إرفاق", "aria-haspopup": "menu", "data-testid": "attach" }, icon("attach"));
    this.menu = button(
      { class: "menu", "aria-expanded": "false", "data-testid": "menu-button" },
      icon("menu"),
      el("span", {}, "القائمة"),
    );
    this.files = ATTACHMENTS.map(({ kind, accept }) =>
      el("input", { type: "file", hidden: true, accept: accept || null, "data-testid": `attach-${kind}`, "aria-hidden": "true", tabindex: "-1" }),
    );
    this.strip = el("div", { class: "strip", hidden: true });
    this.panel = el("div", { class: "panel", hidden: true });
    this.keyboard = el("div", { class: "keyboard", hidden: true });
    this.row = el("div", { class: "writing" }, this.menu, this.input, this.keys, this.attach, this.mic, this.send, ...this.files);
    this.blocked = button({ class: "unblock", hidden: true, "data-testid": "unblock", on: { click: () => actions.unblock() } }, "رفع الحظر عن البوت");
    this.node = el("form", { class: "composer", autocomplete: "off" }, this.panel, this.strip, this.row, this.blocked, this.keyboard);
    this.#listen();
    this.#draw();
  }

  #listen() {
    this.node.addEventListener("submit", (event) => event.preventDefault());
    this.send.addEventListener("click", () => this.#submit());
    this.input.addEventListener("input", () => this.#draw());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("paste", (event) => {
      const [file] = event.clipboardData?.files ?? [];
      if (!file) return;
      event.preventDefault();
      this.take(file);
    });
    this.menu.addEventListener("click", () => this.#toggleMenu(!this.#menuOpen));
    this.keys.addEventListener("click", () => {
      this.#folded = !this.#folded;
      this.#draw();
    });
    this.attach.addEventListener("click", () =>
      openMenu(
        ATTACHMENTS.map(({ label, icon: name }, index) => ({ label, icon: name, act: () => this.files[index].click() })),
        this.attach,
        this.node.parentElement,
      ),
    );
    this.files.forEach((field, index) =>
      field.addEventListener("change", () => {
        if (field.files[0]) this.take(field.files[0], ATTACHMENTS[index].kind);
        field.value = "";
      }),
    );
    this.mic.addEventListener("click", () => this.#startRecording());
    document.addEventListener(
      "pointerdown",
      (event) => this.#menuOpen && !this.node.contains(event.target) && this.#toggleMenu(false),
      { signal: this.#away.signal },
    );
  }

  close() {
    this.#away.abort();
    this.#dropPreview();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#toggleMenu(false);
      this.#reset({ keepText: !this.#editing });
    } else if (event.key === "ArrowUp" && !this.input.value && !this.#file) {
      const last = this.actions.lastOwn();
      if (last) {
        event.preventDefault();
        this.startEditing(last);
      }
    }
  }

  /** Holds a file until it is sent; what is typed becomes its caption. */
  take(file, kind = null) {
    const type = file.type.split("/")[0];
    const guessed = kind ?? (type === "image" ? "photo" : type === "audio" ? "voice" : "document");
    this.#reset({ keepText: true });
    this.#file = { file, kind: guessed === "photo" && type === "video" ? "video" : guessed };
    this.#showStrip();
    this.input.focus();
  }

  startEditing(message) {
    this.#reset({ keepText: false });
    this.#editing = message;
    this.input.value = message.text;
    this.#showStrip();
    this.#draw();
    this.input.focus();
  }

  startReply(message) {
    this.#reset({ keepText: !this.#editing });
    this.#replying = message;
    this.#showStrip();
    this.input.focus();
  }

  /** What the chat offers now: {commands, replyKeyboard, blocked}. */
  offer({ commands, replyKeyboard: rows, blocked }) {
    this.#commands = commands;
    if (JSON.stringify(rows) !== JSON.stringify(this.#rows)) {
      this.#rows = rows;
      this.#folded = false;
      this.keyboard.replaceChildren(rows?.length ? replyKeyboard(rows, (text) => this.#pressKey(text)) : "");
    }
    this.row.hidden = blocked || Boolean(this.#recording);
    this.blocked.hidden = !blocked;
    this.#draw();
  }

  #toggleMenu(open) {
    this.#menuOpen = open;
    this.#draw();
    if (open) this.panel.querySelector("button")?.focus({ preventScroll: true });
  }

  #draw() {
    const text = this.input.value;
    const found = this.#menuOpen ? this.#commands : matching(this.#commands, text);
    const showPanel = (this.#menuOpen || found.length > 0) && !this.row.hidden;
    this.panel.hidden = !showPanel;
    if (showPanel) {
      this.panel.replaceChildren(
        commandList(found, (command) => {
          this.#menuOpen = false;
          this.input.value = "";
          this.#sendText(command);
        }),
      );
    }
    this.menu.setAttribute("aria-expanded", String(this.#menuOpen));
    this.menu.classList.toggle("small", Boolean(text));

    const ready = Boolean(text.trim() || this.#file);
    this.send.hidden = !ready;
    this.mic.hidden = ready;
    this.attach.hidden = Boolean(this.#editing);
    const hasKeys = Boolean(this.#rows?.length) && !this.row.hidden;
    this.keys.hidden = !hasKeys;
    this.keys.replaceChildren(icon(this.#folded ? "keys" : "fold"));
    this.keys.setAttribute("aria-expanded", String(!this.#folded));
    this.keyboard.hidden = !hasKeys || this.#folded;
    this.input.maxLength = this.#file ? CAPTION_LIMIT : TEXT_LIMIT;
    this.input.placeholder = this.#file ? "أضف تعليقًا…" : "اكتب رسالة…";
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  #showStrip() {
    this.#dropPreview();
    const cancel = button({ class: "tool", "aria-label": "إلغاء", on: { click: () => this.#reset({ keepText: !this.#editing }) } }, icon("close"));
    if (this.#editing) {
      this.strip.replaceChildren(icon("edit"), el("span", { class: "about" }, el("b", {}, "تعديل الرسالة"), el("span", { dir: "auto" }, this.#editing.text)), cancel);
    } else if (this.#replying) {
      this.strip.replaceChildren(icon("reply"), el("span", { class: "about" }, el("b", {}, "رد على"), el("span", { dir: "auto" }, this.#replying.text || "مرفق")), cancel);
    } else if (this.#file) {
      const { file, kind } = this.#file;
      let sign = icon(kind === "voice" ? "mic" : "file");
      if (kind === "photo") {
        this.#preview = URL.createObjectURL(file);
        sign = el("img", { src: this.#preview, alt: "" });
      }
      this.strip.replaceChildren(sign, el("span", { class: "about" }, el("bdi", {}, file.name), el("span", {}, sizeOf(this.place, file.size))), cancel);
    }
    this.strip.hidden = !(this.#editing || this.#replying || this.#file);
    this.#draw();
  }

  #dropPreview() {
    if (this.#preview) URL.revokeObjectURL(this.#preview);
    this.#preview = null;
  }

  #reset({ keepText }) {
    this.#file = null;
    this.#editing = null;
    this.#replying = null;
    this.#dropPreview();
    this.strip.hidden = true;
    this.strip.replaceChildren();
    if (!keepText) this.input.value = "";
    this.#draw();
  }

  async #submit() {
    const text = this.input.value.trim();
    const held = this.#file;
    const edited = this.#editing;
    const replied = this.#replying;
    if (!text && !held) return;
    this.#menuOpen = false;
    this.#reset({ keepText: false });
    this.input.focus();
    const taken = held
      ? await this.actions.file(held.kind, held.file, text)
      : edited
        ? text === edited.text || (await this.actions.edit(edited.id, text))
        : await this.actions.text(text, replied?.id);
    if (taken || this.input.value) return;
    if (edited) this.startEditing(edited);
    if (held) this.take(held.file, held.kind);
    if (replied) this.startReply(replied);
    this.input.value = text;
    this.#draw();
  }

  #pressKey(text) {
    this.#draw();
    this.actions.key(text);
  }

  #sendText(text) {
    this.#draw();
    this.actions.text(text);
  }

  async #startRecording() {
    if (!canRecord()) return announce("الميكروفون غير متاح في هذا المتصفح. أرفق تسجيلًا صوتيًا من ملف.");
    if (this.#recording) return;
    try {
      this.#recording = await record();
    } catch {
      return announce("لم يُسمح باستعمال الميكروفون. اسمح به من إعدادات المتصفح، أو أرفق تسجيلًا من ملف.");
    }
    const began = performance.now();
    const length = el("span", { class: "length" });
    const draw = () => (length.textContent = lengthOf(this.place, (performance.now() - began) / 1000));
    const timer = setInterval(draw, 250);
    const end = async (keep) => {
      clearInterval(timer);
      const recording = this.#recording;
      this.#recording = null;
      bar.remove();
      this.row.hidden = !this.blocked.hidden;
      if (!keep) return recording.cancel();
      return this.actions.file("voice", await recording.finish(), "");
    };
    const bar = el(
      "div",
      { class: "writing recording", role: "status" },
      button({ class: "tool", "aria-label": "إلغاء التسجيل", on: { click: () => end(false) } }, icon("close")),
      el("span", { class: "dot" }),
      length,
      el("span", { class: "hint" }, "جارٍ التسجيل…"),
      button({ class: "send", "aria-label": "إرسال التسجيل", "data-testid": "record-send", on: { click: () => end(true) } }, icon("send")),
    );
    draw();
    this.row.hidden = true;
    this.row.after(bar);
    bar.lastElementChild.focus();
  }
}
