// @ts-check
/** One conversation's messages and its order. */

import { fill } from "./words.js";

const NEAR_END_PX = 80;

export class Chat {
  #api;
  #words;
  #lang;
  #box = element("messages");
  #conversation = "";
  /** Texts on their way that the platform has not said back yet. @type {Map<string, {key: string, text: string}[]>} */
  #pending = new Map();
  /** @type {Set<string>} */
  #known = new Set();
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
   * @param {string} conversation
   * @param {string} key
   * @param {string} text
   */
  sent(conversation, key, text) {
    const pending = this.#pending.get(conversation) ?? [];
    if (pending.some((one) => one.key === key)) return;
    this.#pending.set(conversation, [...pending, { key, text }]);
    if (conversation === this.#conversation) void this.load(conversation);
  }

  /**
   * @param {import("./types.js").Detail} detail
   * @param {boolean} changed another conversation than before
   */
  #show(detail, changed) {
    element("customer").textContent = detail.customer_name || this.#words.side_unnamed;
    this.#order(detail.order);
    this.#settlePending(detail, changed);
    const box = this.#box;
    const atEnd = changed || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    const waiting = this.#pending.get(detail.id) ?? [];
    const now = new Date().toISOString();
    const queued = waiting.map(({ key, text }) => ({
      id: key,
      role: "agent",
      text,
      occurred_at: now,
      recalled: false,
      edited: false,
      private: false,
    }));
    box.replaceChildren(
      ...detail.messages.map((message) => this.#message(message, false)),
      ...queued.map((message) => this.#message(message, true)),
    );
    if (atEnd) box.scrollTop = box.scrollHeight;
  }

  /**
   * A sent text stops being pending when an agent's message with it comes that was not there before.
   * @param {import("./types.js").Detail} detail
   * @param {boolean} changed
   */
  #settlePending(detail, changed) {
    const fresh = detail.messages.filter((one) => one.role === "agent" && !this.#known.has(one.id));
    if (!changed || this.#pending.has(detail.id)) {
      for (const message of fresh) {
        const pending = this.#pending.get(detail.id) ?? [];
        const at = pending.findIndex((one) => one.text === message.text);
        if (at >= 0) this.#pending.set(detail.id, pending.toSpliced(at, 1));
      }
    }
    for (const message of detail.messages) this.#known.add(message.id);
  }

  /**
   * @param {import("./types.js").Message} message
   * @param {boolean} queued
   */
  #message(message, queued) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("message"));
    const shown = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    const said = /** @type {HTMLElement} */ (shown.querySelector(".said"));
    const foot = /** @type {HTMLElement} */ (shown.querySelector(".foot"));
    shown.classList.add(message.role);
    shown.classList.toggle("private", message.private);
    shown.classList.toggle("recalled", message.recalled);
    shown.classList.toggle("queued", queued);
    said.textContent = message.recalled ? this.#words.message_recalled : message.text;
    const role = this.#words[`role_${message.role}`] ?? message.role;
    const marks = [
      role,
      queued ? this.#words.message_sending : this.#time(message.occurred_at),
      message.edited && !message.recalled ? this.#words.message_edited : "",
      message.private ? this.#words.message_private : "",
    ];
    foot.textContent = marks.filter(Boolean).join(" · ");
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
    return new Intl.DateTimeFormat(this.#lang === "zh" ? "zh-CN" : "en-GB", form).format(when);
  }
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
