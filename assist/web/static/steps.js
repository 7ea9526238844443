// @ts-check
/** What the agent did with cards, reported in order, each until the server has it; held in memory while offline. */

import { newKey } from "./api.js";

const AGAIN_MS = 3000;
const TEMPORARY = new Set([408, 425, 429]);

/**
 * @typedef {{kind: "shown" | "inserted" | "copied" | "edited" | "dismissed", suggestion_id: string, reason?: string,
 *   visible_ms?: number, distance?: number}} Step
 */

export class StepQueue {
  /** @type {{conversation: string, step: Step & {step_id: string}}[]} */
  #waiting = [];
  #sending = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  #api;
  #onStale;
  #onLength;

  /**
   * @param {import("./api.js").Api} api
   * @param {(suggestionId: string) => void} onStale
   * @param {(length: number) => void} onLength
   */
  constructor(api, onStale, onLength) {
    this.#api = api;
    this.#onStale = onStale;
    this.#onLength = onLength;
  }

  /**
   * @param {string} conversation
   * @param {Step} step
   */
  push(conversation, step) {
    this.#waiting.push({ conversation, step: { ...step, step_id: newKey() } });
    this.#onLength(this.#waiting.length);
    void this.flush();
  }

  async flush() {
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#again);
    try {
      while (this.#waiting.length) {
        const [{ conversation, step }] = this.#waiting;
        const { status } = await this.#api.ask(`conversations/${encodeURIComponent(conversation)}/steps`, step);
        if (status >= 500 || TEMPORARY.has(status)) throw new DOMException("busy", "NetworkError");
        if (status === 401 || status === 403) return;
        this.#waiting.shift();
        this.#onLength(this.#waiting.length);
        if (status === 409) this.#onStale(step.suggestion_id);
      }
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      this.#again = setTimeout(() => void this.flush(), AGAIN_MS);
    } finally {
      this.#sending = false;
    }
  }

  stop() {
    clearTimeout(this.#again);
  }
}
