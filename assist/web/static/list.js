// @ts-check
/** The conversation list: who waits, for how long, and what they said last. */

import { span } from "./words.js";

const LONG_SECONDS = 40;

export class ConversationList {
  #words;
  #onChoose;
  /** @type {Map<string, import("./types.js").Conversation>} */
  #conversations = new Map();
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  /** What the agent has seen of each: its newest time. @type {Map<string, string>} */
  #seen = new Map();
  #selected = "";
  skewMs = 0;

  /**
   * @param {import("./types.js").Words} words
   * @param {(id: string) => void} onChoose
   */
  constructor(words, onChoose) {
    this.#words = words;
    this.#onChoose = onChoose;
    setInterval(() => this.#tick(), 1000);
    document.getElementById("rows")?.addEventListener("pointerleave", () => this.#show());
  }

  /**
   * @param {import("./types.js").Conversation[]} conversations
   * @param {boolean} whole these are all there are
   */
  take(conversations, whole) {
    if (whole) this.#conversations.clear();
    for (const one of conversations) this.#conversations.set(one.id, one);
    this.#show();
  }

  /** @param {string} id */
  get(id) {
    return this.#conversations.get(id);
  }

  /** The one to begin with: the longest waiting, else the newest. */
  first() {
    const all = this.#sorted();
    const waiting = all.filter((one) => one.waiting_since);
    waiting.sort((a, b) => Date.parse(a.waiting_since ?? "") - Date.parse(b.waiting_since ?? ""));
    return (waiting[0] ?? all[0])?.id ?? "";
  }

  /** @param {string} id */
  select(id) {
    this.#selected = id;
    this.#show();
    this.#rows.get(id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #sorted() {
    return [...this.#conversations.values()].sort((a, b) => Date.parse(b.last_at) - Date.parse(a.last_at));
  }

  /** @param {HTMLElement} list */
  #asShown(list) {
    const places = new Map([...list.children].map((row, index) => [row, index]));
    const place = (/** @type {string} */ id) => places.get(this.#rows.get(id) ?? list) ?? places.size;
    return this.#sorted().sort((a, b) => place(a.id) - place(b.id));
  }

  #show() {
    const selected = this.#conversations.get(this.#selected);
    if (selected) this.#seen.set(selected.id, selected.last_at);
    const list = /** @type {HTMLElement} */ (document.getElementById("rows"));
    // Under the pointer the order stays: a row that moves away would give the click to another customer.
    const sorted = list.matches(":hover") ? this.#asShown(list) : this.#sorted();
    for (const [id, row] of this.#rows) {
      if (this.#conversations.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    sorted.forEach((conversation, index) => {
      const row = this.#rows.get(conversation.id) ?? this.#made(conversation.id);
      this.#fill(row, conversation);
      // Moving a row would take its focus away, so rows already in place stay.
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
    const waiting = sorted.filter((one) => one.waiting_since).length;
    const count = /** @type {HTMLElement} */ (document.getElementById("count"));
    count.textContent = String(waiting || "");
    const none = /** @type {HTMLElement} */ (document.getElementById("none"));
    none.hidden = sorted.length > 0;
    this.#tick();
  }

  /** @param {string} id */
  #made(id) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("row"));
    const row = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    row.querySelector("button")?.addEventListener("click", () => this.#onChoose(id));
    this.#rows.set(id, row);
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {import("./types.js").Conversation} conversation
   */
  #fill(row, conversation) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (row.querySelector(name));
    part(".name").textContent = conversation.customer_name || this.#words.side_unnamed;
    part(".last").textContent = conversation.last_text || this.#words.attachment_other;
    const chosen = conversation.id === this.#selected;
    if (chosen) part("button").setAttribute("aria-current", "true");
    else part("button").removeAttribute("aria-current");
    const seen = this.#seen.get(conversation.id) ?? "";
    part(".unread").hidden = chosen || !conversation.waiting_since || seen >= conversation.last_at;
  }

  #tick() {
    const now = Date.now() + this.skewMs;
    for (const [id, row] of this.#rows) {
      const wait = /** @type {HTMLElement} */ (row.querySelector(".wait"));
      const since = this.#conversations.get(id)?.waiting_since;
      const seconds = since ? (now - Date.parse(since)) / 1000 : 0;
      wait.textContent = since ? span(this.#words, seconds) : "";
      wait.classList.toggle("long", seconds >= LONG_SECONDS);
    }
  }
}
