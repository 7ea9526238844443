// @ts-check
/** A text on its way to the customer: put into the host's reply box, sent, or copied; never with a blank in it. */

import { newKey } from "./api.js";
import { copyText } from "./text.js";
import { fill, slotsOf, withSlots } from "./words.js";

/**
 * @typedef {"insert" | "send" | "copy"} Way
 * @typedef {{text: string, suggestionId: string | null, source: string, images: {url: string, alt: string}[]}} Given
 * @typedef {Given & {card: HTMLElement, conversation: string, key: string}} Attempt
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, lang: string,
 *   say: (text: string) => void, refused: (text: string, refused: any) => void}} Desk
 *   `refused`: a guard did not let the text through
 */

/** The one way this host takes a text. @param {HTMLElement} host @returns {Way} */
export function wayOf(host) {
  const can = (host.getAttribute("capabilities") ?? "").split(/\s+/);
  return can.includes("insert") ? "insert" : can.includes("send") ? "send" : "copy";
}

export class Handover {
  #host;
  #desk;
  #busy = false;
  /** What was tried last: the same again goes under the same key. @type {Attempt | null} */
  #attempt = null;

  /**
   * @param {HTMLElement} host
   * @param {Desk} desk
   * @param {(card: HTMLElement) => void} sent a text was, after a reason was given for it
   */
  constructor(host, desk, sent) {
    this.#host = host;
    this.#desk = desk;
    host.addEventListener("assist-reason", async (event) => {
      const { text, reason } = /** @type {CustomEvent} */ (event).detail;
      const attempt = this.#attempt;
      if (!attempt || attempt.text !== text.trim()) return;
      if (await this.#post(attempt, reason)) sent(attempt.card);
    });
  }

  /**
   * Answers whether it is done.
   * @param {HTMLElement} card
   * @param {Way} way
   * @param {Given} given
   */
  async give(card, way, given) {
    if (way === "send") return this.#send(card, { ...given, text: given.text.trim() });
    if (way === "insert") return this.#tell("assist-insert", given);
    const copied = await copyText(given.text);
    this.#desk.say(copied ? this.#desk.words.side_copied : this.#desk.words.side_copy_failed);
    return copied && this.#tell("assist-copied", { suggestionId: given.suggestionId });
  }

  /**
   * A host that sends by itself takes the event (`preventDefault`); for any other it goes through us.
   * @param {HTMLElement} card
   * @param {Given} given
   */
  async #send(card, given) {
    if (!this.#tell("assist-send", given)) return true;
    const conversation = this.#host.getAttribute("conversation") ?? "";
    const same = this.#attempt?.text === given.text && this.#attempt.conversation === conversation;
    const key = (same && this.#attempt?.key) || newKey();
    this.#attempt = { ...given, card, conversation, key };
    return this.#post(this.#attempt);
  }

  /**
   * @param {Attempt} attempt
   * @param {string} [reason] why it is sent although a guard warned of it
   */
  async #post(attempt, reason) {
    if (this.#busy) return false;
    this.#busy = true;
    const { text, key, suggestionId, conversation, card } = attempt;
    const { api, lang, words, say } = this.#desk;
    const body = { text, client_key: key, suggestion_id: suggestionId, override_reason: reason ?? null };
    const path = `conversations/${encodeURIComponent(conversation)}/messages?lang=${encodeURIComponent(lang)}`;
    const answer = await api.ask(path, body).catch(() => null);
    this.#busy = false;
    const done = answer?.status === 202;
    if (done) this.#attempt = null;
    const problem = done ? "" : problemOf(answer, words);
    const trouble = /** @type {HTMLElement | null} */ (card.querySelector(".editor .trouble"));
    if (trouble) trouble.textContent = problem;
    trouble?.toggleAttribute("hidden", done);
    if (done) say(words.card_sent);
    else if (answer?.data?.error?.code === "guarded") this.#desk.refused(text, answer.data.error);
    return done;
  }

  /**
   * Answers whether nobody kept it for themselves.
   * @param {string} name
   * @param {object} detail
   */
  #tell(name, detail) {
    const options = { detail, bubbles: true, composed: true, cancelable: name === "assist-send" };
    return this.#host.dispatchEvent(new CustomEvent(name, options));
  }
}

/**
 * @param {import("./api.js").Answer | null} answer
 * @param {import("./types.js").Words} words
 */
function problemOf(answer, words) {
  const { code, action } = answer?.data?.error ?? {};
  if (code === "guarded") return words[`send_guarded_${action}`];
  if (!answer) return words.send_failed;
  if (answer.status === 503) return words.send_busy;
  return answer.status === 409 ? words.send_stale : fill(words.send_refused, { status: answer.status });
}

/**
 * Ask for the blanks of a text, one field each; Enter gives the text without them.
 * @param {HTMLElement} card
 * @param {string} text
 * @param {import("./types.js").Words} words
 * @param {(text: string | null) => void} done with null for a text that is not wanted any more
 */
export function askSlots(card, text, words, done) {
  const form = document.createElement("form");
  form.className = "slots";
  const fields = slotsOf(text).map((name) => {
    const field = document.createElement("input");
    Object.assign(field, { name, required: true, maxLength: 200, autocomplete: "off" });
    const label = document.createElement("label");
    label.append(words[`slot_${name}`] ?? name, field);
    form.append(label);
    return field;
  });
  const end = (/** @type {string | null} */ filled) => {
    form.remove();
    card.classList.remove("filling");
    done(filled);
  };
  form.append(button(words.card_fill, "submit", "primary"), button(words.card_cancel, "button", "quiet"));
  form.lastElementChild?.addEventListener("click", () => end(null));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    end(withSlots(text, Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]))));
  });
  card.querySelector(".slots")?.remove();
  card.classList.add("filling");
  card.append(form);
  fields[0]?.focus();
}

/**
 * @param {string} text
 * @param {"submit" | "button"} type
 * @param {string} look
 */
function button(text, type, look) {
  const made = document.createElement("button");
  Object.assign(made, { type, className: `button ${look}`, textContent: text });
  return made;
}
