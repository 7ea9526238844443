// @ts-check
/**
 * The bridge of a host page that frames our sidebar. Protocol 1.
 *
 *     import { connect } from "https://assist.example/static/host.js";
 *     const assist = connect(iframe, { composer, ticket: () => fetch("/my-server/ticket").then((r) => r.text()) });
 *     assist.select({ conversation: id });
 *
 * Messages are `{freshAssist: 1, type, …}`. They are sent to one origin, and taken only from that origin and that
 * iframe's window; all others are ignored. What comes in is text: it is never put anywhere as markup.
 *
 * To the sidebar: `hello` {version, capabilities, lang, theme}, `select` {conversation} or {adapter, account, ref},
 * `draft` {text}, `key` {key, code, altKey, ctrlKey, shiftKey}, `ticket` {ticket}, `refused` {text, refused}.
 * From it: `ready` {version}, `insert` {text, images, suggestionId}, `send` {text, suggestionId, reason},
 * `copied` {suggestionId}, `draft` {text} (it becomes this), `back`, `shown` {suggestionId}, `feedback` {…},
 * `keys` {keys} (chords to forward), `ticket-wanted`.
 *
 * New types and fields may come in version 1: ignore what you do not know. None goes before version 2.
 */

import { HostComposer } from "./host-composer.js";

export const VERSION = 1;

const DRAFT_MS = 250;
const DEFAULT_KEYS = ["Alt+1", "Alt+J", "Alt+/", "Alt+R", "Alt+K"];

/**
 * @typedef {{conversation: string} | {adapter: string, account: string, ref: string}} Which
 * @typedef {{url: string, [field: string]: unknown}} Picture
 * @typedef {{text: string, images: Picture[], suggestionId: string | null}} Inserted
 * @typedef {{text: string, suggestionId: string | null, reason: string | null}} Sent
 * @typedef {{
 *   origin?: string,
 *   composer?: HTMLElement | null,
 *   lang?: "zh" | "zh-TW" | "en",
 *   theme?: "light" | "dark",
 *   ticket?: () => string | Promise<string>,
 *   insert?: (inserted: Inserted) => void,
 *   send?: (sent: Sent) => void,
 *   heard?: (type: string, message: Record<string, unknown>) => void,
 * }} Options
 *   `origin` the sidebar's, the iframe's own when left out; `composer` a textarea or an editable element;
 *   `insert` instead of or besides the composer (pictures); `send` where the host can send;
 *   `heard` everything that came, for those who count
 */

/**
 * @param {HTMLIFrameElement} iframe
 * @param {Options} options
 */
export function connect(iframe, options = {}) {
  return new Bridge(iframe, options);
}

class Bridge {
  #iframe;
  #options;
  #origin;
  /** @type {HostComposer | null} */
  #composer = null;
  #keys = new Set(chords(DEFAULT_KEYS));
  /** @type {Which | null} */
  #selected = null;
  #draft = "";
  #greeted = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  #hear = (/** @type {MessageEvent} */ event) => this.#message(event);

  /**
   * @param {HTMLIFrameElement} iframe
   * @param {Options} options
   */
  constructor(iframe, options) {
    this.#iframe = iframe;
    this.#options = options;
    this.#origin = options.origin ?? new URL(iframe.src).origin;
    if (this.#origin === "null" || this.#origin === "*") throw new TypeError("connect needs the sidebar's origin");
    if (options.composer) this.setComposer(options.composer);
    addEventListener("message", this.#hear);
  }

  /** The reply box, where a page makes a new one for each conversation. @param {HTMLElement | null} element */
  setComposer(element) {
    this.#composer?.disconnect();
    this.#composer =
      element &&
      new HostComposer(element, { typed: (text) => this.#typed(text), key: (event) => this.#key(event) });
  }

  /** Show this conversation. @param {Which} which */
  select(which) {
    this.#selected = which;
    this.#tell("select", which);
  }

  /** What the agent has typed, where there is no composer to watch. @param {string} text */
  setDraft(text) {
    this.#draft = text;
    this.#tell("draft", { text });
  }

  /**
   * Sending was answered with 409 `guarded`.
   * @param {string} text
   * @param {unknown} refused the answer's `error`
   */
  refused(text, refused) {
    this.#tell("refused", { text, refused });
  }

  disconnect() {
    removeEventListener("message", this.#hear);
    clearTimeout(this.#typing);
    this.#composer?.disconnect();
    this.#greeted = false;
  }

  /** @param {MessageEvent} event */
  #message(event) {
    if (event.origin !== this.#origin || event.source !== this.#iframe.contentWindow) return;
    const message = event.data;
    if (message?.freshAssist !== 1 || typeof message.type !== "string") return;
    this.#do(message);
    this.#options.heard?.(message.type, message);
  }

  /** @param {any} message */
  #do(message) {
    switch (message.type) {
      case "ready":
        return this.#greet();
      case "insert":
        return this.#insert(message);
      case "send":
        return this.#options.send?.({
          text: String(message.text),
          suggestionId: message.suggestionId ?? null,
          reason: message.reason ?? null,
        });
      case "draft":
        return this.#composer?.replace(String(message.text));
      case "back":
        return this.#composer?.focus();
      case "keys":
        if (Array.isArray(message.keys)) this.#keys = new Set(chords(message.keys.map(String)));
        return;
      case "ticket-wanted":
        return void this.#ticket();
    }
  }

  #greet() {
    const { lang, theme, send, insert } = this.#options;
    const able = [
      ...(this.#composer || insert ? ["insert"] : []),
      ...(send ? ["send"] : []),
      "copy",
      ...(this.#composer ? ["hotkeys", "draft"] : []),
    ];
    this.#greeted = true;
    this.#tell("hello", { version: VERSION, capabilities: able, lang, theme });
    if (this.#selected) this.#tell("select", this.#selected);
    const text = this.#composer?.text ?? this.#draft;
    if (text) this.#tell("draft", { text });
  }

  /** @param {any} message */
  #insert(message) {
    const text = String(message.text);
    this.#composer?.insert(text);
    const images = Array.isArray(message.images) ? message.images : [];
    this.#options.insert?.({ text, images, suggestionId: message.suggestionId ?? null });
  }

  async #ticket() {
    const ticket = await this.#options.ticket?.();
    if (ticket) this.#tell("ticket", { ticket });
  }

  /** @param {string} text */
  #typed(text) {
    this.#draft = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#tell("draft", { text }), DRAFT_MS);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.repeat || event.metaKey || event.getModifierState("AltGraph") || !this.#keys.has(chordOf(event))) return;
    event.preventDefault();
    const { key, code, altKey, ctrlKey, shiftKey } = event;
    this.#tell("key", { key, code, altKey, ctrlKey, shiftKey });
  }

  /**
   * @param {string} type
   * @param {object} more
   */
  #tell(type, more) {
    // Before the sidebar has said that it is there, nobody listens; all that counts is said again when it has.
    if (this.#greeted) this.#iframe.contentWindow?.postMessage({ freshAssist: VERSION, type, ...more }, this.#origin);
  }
}

/**
 * "Alt+1" stands for all nine digits.
 * @param {string[]} keys
 */
function chords(keys) {
  return keys.flatMap((key) => (key.endsWith("+1") ? [..."123456789"].map((digit) => key.slice(0, -1) + digit) : [key]));
}

/** @param {KeyboardEvent} event the place on the keyboard counts: with Alt the character may be another */
function chordOf({ code, key, ctrlKey, altKey, shiftKey }) {
  const place = /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? (code === "Slash" ? "/" : key);
  return `${ctrlKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shiftKey ? "Shift+" : ""}${place}`;
}
