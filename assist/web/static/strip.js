// @ts-check
/** The order strip: the server's HTML, its times in the agent's own zone and as ages, open as long as it was. */

import { moment } from "./clocks.js";
import { fill, span } from "./words.js";

export class Strip {
  #box;
  #words;
  #lang;
  #html = "";

  /**
   * @param {HTMLElement} box
   * @param {import("./types.js").Words} words
   * @param {string} lang
   */
  constructor(box, words, lang) {
    this.#box = box;
    this.#words = words;
    this.#lang = lang;
  }

  /**
   * @param {string} html our own, autoescaped
   * @param {number} nowMs by the server's clock
   */
  show(html, nowMs) {
    if (html !== this.#html) {
      this.#html = html;
      const before = this.#box.querySelector("details");
      const focused = before?.matches(":focus-within");
      this.#box.innerHTML = html;
      const now = this.#box.querySelector("details");
      if (now) now.open = Boolean(before?.open);
      if (focused) now?.querySelector("summary")?.focus();
    }
    this.#box.hidden = !html;
    this.tick(nowMs);
  }

  /** @param {number} nowMs */
  tick(nowMs) {
    for (const time of this.#box.querySelectorAll("time")) {
      const at = Date.parse(time.dateTime);
      const away = (nowMs - at) / 1000;
      const age = fill(away < 0 ? this.#words.time_ahead : this.#words.time_ago, { time: span(this.#words, Math.abs(away)) });
      const text = `${moment(at, this.#lang)} (${age})`;
      if (time.textContent !== text) time.textContent = text;
    }
  }
}
