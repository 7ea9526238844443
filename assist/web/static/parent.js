// @ts-check
/**
 * The sidebar's side of the protocol with the page that frames it (host.js is the other). Messages are taken from the
 * parent window only, and only where the shop's set-up lists its origin; all others are ignored without a word.
 */

const VERSION = 1;
const AGAIN_MS = 500;
const LONGEST_MS = 30_000;
const KNOWN = ["insert", "send", "copy", "hotkeys", "draft"];
/** What the element tells, and what the host hears. */
const EVENTS = /** @type {const} */ ({
  "assist-insert": "insert",
  "assist-send": "send",
  "assist-reason": "send",
  "assist-copied": "copied",
  "assist-draft": "draft",
  "assist-back": "back",
  "assist-shown": "shown",
  "assist-feedback": "feedback",
});

/**
 * @typedef {{conversation: string} | {adapter: string, account: string, ref: string}} Which
 * @typedef {{ticket: (ticket: string) => void, select: (which: Which) => void, greeted: (lang: string) => void}} Told
 */

export class Parent {
  #assist;
  #origins;
  #told;
  #greeted = false;
  /** Of the page that greeted us. */
  #origin = "";

  /**
   * @param {import("./fresh-assist.js").FreshAssist} assist
   * @param {string[]} origins
   * @param {Told} told
   */
  constructor(assist, origins, told) {
    this.#assist = assist;
    this.#origins = framed() ? origins : [];
    this.#told = told;
    if (!this.there) return;
    addEventListener("message", (event) => this.#message(event));
    for (const [event, type] of Object.entries(EVENTS)) {
      assist.addEventListener(event, (said) => this.tell(type, sendable(/** @type {CustomEvent} */ (said).detail)));
    }
    this.#ready(AGAIN_MS);
  }

  /** Is there a page around us that may talk to us? */
  get there() {
    const around = location.ancestorOrigins?.[0];
    return around ? this.#origins.includes(around) : this.#origins.length > 0;
  }

  /**
   * @param {string} type
   * @param {object} [more]
   */
  tell(type, more = {}) {
    if (this.#origin) parent.postMessage({ freshAssist: VERSION, type, ...more }, this.#origin);
  }

  /** Say that we are there until the host has greeted: its script may come later than ours. @param {number} ms */
  #ready(ms) {
    if (this.#greeted || ms > LONGEST_MS) return;
    // Where a browser does not tell who frames us, each listed origin is told; the others' windows never hear it.
    const around = location.ancestorOrigins?.[0];
    for (const origin of around ? [around] : this.#origins) {
      parent.postMessage({ freshAssist: VERSION, type: "ready", version: VERSION }, origin);
    }
    setTimeout(() => this.#ready(ms * 1.5), ms);
  }

  /** @param {MessageEvent} event */
  #message(event) {
    if (event.source !== parent || !this.#origins.includes(event.origin)) return;
    const message = event.data;
    if (message?.freshAssist !== 1) return;
    this.#origin = event.origin;
    switch (message.type) {
      case "hello":
        return this.#hello(message);
      case "select":
        if (message.conversation || message.ref) this.#told.select(message);
        return;
      case "draft":
        return this.#assist.setDraft(String(message.text ?? ""));
      case "refused":
        return this.#assist.draftRefused(String(message.text ?? ""), message.refused);
      case "key":
        return this.#key(message);
      case "ticket":
        if (typeof message.ticket === "string") this.#told.ticket(message.ticket);
    }
  }

  /** @param {any} message */
  #hello(message) {
    this.#greeted = true;
    const able = KNOWN.filter((one) => one === "copy" || message.capabilities?.includes?.(one));
    this.#assist.setAttribute("capabilities", able.join(" "));
    if (message.theme === "light" || message.theme === "dark") {
      this.#assist.setAttribute("theme", message.theme);
      document.documentElement.setAttribute("theme", message.theme);
    }
    this.#told.greeted(String(message.lang ?? ""));
  }

  /** A key pressed in the host's composer: ours are chords, all else is the host's. @param {any} message */
  #key({ key, code, altKey, ctrlKey, shiftKey }) {
    if (!altKey && !ctrlKey) return;
    const pressed = { key, code, altKey, ctrlKey, shiftKey, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", pressed));
  }
}

function framed() {
  return window.parent !== window;
}

/** Nothing but values crosses; pictures by their whole address. @param {any} detail */
function sendable(detail) {
  const { images, ...rest } = JSON.parse(JSON.stringify(detail ?? {}));
  if (!Array.isArray(images)) return { ...rest, images: [] };
  return { ...rest, images: images.map((one) => ({ ...one, url: new URL(one.url, location.href).href })) };
}
