// @ts-check
/** Promises with their countdown, marked by one key; the mood and the alert come as they are. */

import { fill, span } from "./words.js";

/** From here on a promise is due soon. */
const SOON_MS = 10 * 60 * 1000;

/**
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, say: (text: string) => void,
 *   refresh: () => Promise<void>, back: () => void}} Desk  `back`: to where the agent writes
 */

export class Care {
  #box;
  #desk;
  #html = "";
  /** The promise that is being marked. */
  #busy = "";

  /**
   * @param {HTMLElement} box
   * @param {Desk} desk
   */
  constructor(box, desk) {
    this.#box = box;
    this.#desk = desk;
    box.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-ending]");
      if (button instanceof HTMLElement) void this.#end(button);
    });
  }

  /**
   * @param {string} html
   * @param {number} nowMs the server's clock
   */
  show(html, nowMs) {
    if (html !== this.#html) {
      this.#html = html;
      const held = /** @type {HTMLElement | null} */ (this.#box.querySelector("[data-ending]:focus"));
      const promise = held?.closest("li")?.dataset.promise;
      this.#box.innerHTML = html;
      if (held) this.#focusAgain(promise, held.dataset.ending);
    }
    this.#box.hidden = !html.trim();
    this.tick(nowMs);
  }

  /**
   * The same button if it is still there, else the next promise's; after the last one the agent goes on writing.
   * @param {string | undefined} promise
   * @param {string | undefined} ending
   */
  #focusAgain(promise, ending) {
    const row = [...this.#rows()].find((one) => one.dataset.promise === promise);
    const button = row?.querySelector(`[data-ending="${ending}"]`) ?? this.#box.querySelector("[data-ending]");
    if (button instanceof HTMLElement) button.focus();
    else this.#desk.back();
  }

  /** @param {number} nowMs */
  tick(nowMs) {
    for (const row of this.#rows()) {
      const left = Date.parse(row.dataset.due ?? "") - nowMs;
      const due = /** @type {HTMLElement} */ (row.querySelector(".due"));
      if (row.classList.contains("missed")) continue;
      row.classList.toggle("soon", left < SOON_MS);
      const words = left >= 0 ? this.#desk.words.care_left : this.#desk.words.care_over;
      const text = fill(words, { time: span(this.#desk.words, Math.abs(left) / 1000) });
      if (due.textContent !== text) due.textContent = text;
    }
  }

  /** The promise due first was kept. Answers whether there was one. */
  keepFirst() {
    const button = this.#box.querySelector('[data-ending="kept"]');
    if (!(button instanceof HTMLElement)) return false;
    void this.#end(button);
    return true;
  }

  /** @param {HTMLElement} button */
  async #end(button) {
    const row = /** @type {HTMLElement} */ (button.closest("[data-promise]"));
    const ending = button.dataset.ending ?? "";
    const promise = row.dataset.promise ?? "";
    if (this.#busy === promise) return;
    this.#busy = promise;
    const path = `promises/${encodeURIComponent(promise)}/${ending}`;
    const answer = await this.#desk.api.ask(path, {}).catch(() => null);
    const words = this.#desk.words;
    if (answer?.status === 200) this.#desk.say(words[`care_said_${ending}`]);
    else this.#desk.say(answer?.status === 409 ? words.care_ended : words.care_unkept);
    // Until the row is gone the key means nothing: it would be said of the same promise again.
    if (answer) await this.#desk.refresh();
    if (this.#busy === promise) this.#busy = "";
  }

  /** @returns {NodeListOf<HTMLElement>} */
  #rows() {
    return this.#box.querySelectorAll("[data-promise]");
  }
}
