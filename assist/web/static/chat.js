// @ts-check
/** One conversation's messages and its order. */

import { fill } from "./words.js";

const NEAR_END_PX = 80;

const FAILED = ["failed", "unknown", "expired", "cancelled"];

export class Chat {
  #api;
  #words;
  #lang;
  #box = element("messages");
  #conversation = "";
  #asked = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Words} words
   * @param {string} lang
   */
  constructor(api, words, lang) {
    this.#api = api;
    this.#words = words;
    this.#lang = lang;
    element("reload").addEventListener("click", () => void this.load(this.#conversation));
  }

  /** @param {string} id */
  async load(id) {
    const changed = id !== this.#conversation;
    this.#conversation = id;
    const asked = (this.#asked += 1);
    const answer = await this.#api.ask(`conversations/${encodeURIComponent(id)}`).catch(() => null);
    if (asked !== this.#asked) return;
    const failed = answer?.status !== 200;
    element("chat-problem").hidden = !failed;
    if (!failed) this.#show(answer.data, changed);
    else if (changed) this.#box.replaceChildren();
  }

  /**
   * A text was queued: show it as on its way.
   * @param {string} conversation
   */
  sent(conversation) {
    if (conversation === this.#conversation) void this.load(conversation);
  }

  /**
   * @param {import("./types.js").Detail} detail
   * @param {boolean} changed another conversation than before
   */
  #show(detail, changed) {
    element("customer").textContent = detail.customer_name || this.#words.side_unnamed;
    this.#order(detail.order);
    const box = this.#box;
    const atEnd = changed || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    box.replaceChildren(
      ...detail.messages.map((message) => this.#message(message, "", detail.topic)),
      ...detail.deliveries.map((delivery) => this.#message(asMessage(delivery), delivery.state)),
    );
    if (atEnd) box.scrollTop = box.scrollHeight;
  }

  /**
   * @param {import("./types.js").Message} message
   * @param {string} delivery how sending it stands, or "" for a message the platform has shown us
   * @param {import("./types.js").Topic | null} [topic] whose words are marked
   */
  #message(message, delivery, topic = null) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("message"));
    const shown = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    const said = /** @type {HTMLElement} */ (shown.querySelector(".said"));
    const foot = /** @type {HTMLElement} */ (shown.querySelector(".foot"));
    shown.classList.add(message.role);
    shown.classList.toggle("private", message.private);
    shown.classList.toggle("recalled", message.recalled);
    shown.classList.toggle("queued", delivery !== "");
    shown.classList.toggle("failed", FAILED.includes(delivery));
    const came = message.attachments.map((kind) => this.#words[`attachment_${kind}`] ?? this.#words.attachment_other);
    const text = [message.text, ...came].filter(Boolean).join(" ");
    said.textContent = message.recalled ? this.#words.message_recalled : text;
    const telling = topic?.words.filter((word) => word.message_id === message.id) ?? [];
    if (telling.length) mark(said, telling);
    const role = this.#words[`role_${message.role}`] ?? message.role;
    const marks = [
      role,
      delivery ? this.#words[`delivery_${delivery}`] : this.#time(message.occurred_at),
      message.edited && !message.recalled ? this.#words.message_edited : "",
      message.private ? this.#words.message_private : "",
    ];
    foot.prepend(marks.filter(Boolean).join(" · "));
    const keep = /** @type {HTMLAnchorElement} */ (foot.querySelector("a"));
    keep.hidden = Boolean(delivery) || message.role !== "agent" || message.recalled || !message.text;
    const from = { from_message: message.id, conversation: this.#conversation, lang: this.#lang };
    keep.search = String(new URLSearchParams(from));
    return shown;
  }

  /** @param {import("./types.js").Order | null} order */
  #order(order) {
    const strip = element("order");
    strip.hidden = !order;
    if (!order) return;
    const put = (/** @type {string} */ name, /** @type {string} */ text) => {
      const part = /** @type {HTMLElement} */ (strip.querySelector(name));
      part.textContent = text;
    };
    const [title = "", ...more] = order.titles;
    put(".titles", more.length ? `${title} ${fill(this.#words.desk_more_items, { n: order.titles.length })}` : title);
    put(".paid", new Intl.NumberFormat("zh-CN", { style: "currency", currency: "CNY" }).format(order.paid_fen / 100));
    put(".status", this.#words[`order_${order.status}`] ?? order.status);
    strip.title = order.order_ref;
  }

  /** @param {string} at */
  #time(at) {
    const when = new Date(at);
    const today = when.toDateString() === new Date().toDateString();
    /** @type {Intl.DateTimeFormatOptions} */
    const form = { hour: "2-digit", minute: "2-digit", ...(today ? {} : { month: "numeric", day: "numeric" }) };
    return new Intl.DateTimeFormat(this.#lang === "en" ? "en-GB" : "zh-CN", form).format(when);
  }
}

/**
 * Mark the words that a topic came from; offsets count code points.
 * @param {HTMLElement} said
 * @param {import("./types.js").TopicWord[]} words
 */
function mark(said, words) {
  const characters = Array.from(said.textContent ?? "");
  /** @type {(string | Node)[]} */
  const parts = [];
  let at = 0;
  for (const { start, end } of words) {
    const word = document.createElement("mark");
    word.textContent = characters.slice(start, end).join("");
    parts.push(characters.slice(at, start).join(""), word);
    at = end;
  }
  said.replaceChildren(...parts, characters.slice(at).join(""));
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * @param {import("./types.js").Delivery} delivery
 * @returns {import("./types.js").Message}
 */
function asMessage(delivery) {
  const { key, text, created_at } = delivery;
  const plain = { recalled: false, edited: false, private: false, attachments: [] };
  return { id: key, role: "agent", text, occurred_at: created_at, ...plain };
}
