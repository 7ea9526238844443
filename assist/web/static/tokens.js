// @ts-check
/** A ticket becomes a short-lived token, held in memory alone, and renewed while the page is open. */

import { Api } from "./api.js";

const LIFE_MS = 15 * 60_000;
/** Renewed when this part of a token's life is over. */
const PART = 0.6;
const AGAIN_MS = 15_000;

/**
 * @typedef {{token: (token: string, agent: string) => void, spent: () => void, failed: () => void, over: () => void}} Told
 *   `spent`: the ticket was no good; `failed`: nobody could be asked; `over`: the session is
 */

export class TokenKeeper {
  #shop;
  #told;
  #token = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;

  /**
   * @param {string} shop the one this page is for; "" for any
   * @param {Told} told
   */
  constructor(shop, told) {
    this.#shop = shop;
    this.#told = told;
  }

  /** "" where there is none. */
  get token() {
    return this.#token;
  }

  /** @param {string} ticket */
  async exchange(ticket) {
    const asked = { ticket, ...(this.#shop ? { shop: this.#shop } : {}) };
    const answer = await new Api().ask("token", asked).catch(() => null);
    if (answer?.status === 200) this.#take(answer);
    else if (answer && answer.status < 500) this.#told.spent();
    else this.#told.failed();
  }

  async renew() {
    clearTimeout(this.#next);
    if (!this.#token) return this.#told.over();
    const answer = await new Api(this.#token).ask("token/renew", {}).catch(() => null);
    if (answer?.status === 200) this.#take(answer);
    else if (answer && answer.status < 500) {
      this.#token = "";
      this.#told.over();
    } else this.#next = setTimeout(() => void this.renew(), AGAIN_MS);
  }

  /** @param {import("./api.js").Answer} answer */
  #take({ data, at }) {
    this.#token = data.token;
    const life = Date.parse(data.expires_at) - (at || Date.now());
    clearTimeout(this.#next);
    this.#next = setTimeout(() => void this.renew(), (life > 0 ? life : LIFE_MS) * PART);
    this.#told.token(data.token, data.agent_id ?? "");
  }
}
