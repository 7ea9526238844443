// @ts-check
/** Calls to our own JSON API. */

const TIMEOUT_MS = 15000;

/**
 * @typedef {{status: number, data: any, at: number}} Answer  `at`: the server's clock, ms, or 0
 * @typedef {{base?: string, renew?: () => Promise<boolean>}} Where  `base`: the server, "" for our own;
 *   `renew`: asked for a fresh token when one was refused, answers whether there is one
 */

export class Api {
  /** A Bearer token, held in memory; null uses the cookie. @type {string | null} */
  token;
  #base;
  #renew;

  /**
   * @param {string | null} [token]
   * @param {Where} [where]
   */
  constructor(token = null, { base = "", renew } = {}) {
    this.token = token;
    this.#base = base;
    this.#renew = renew;
  }

  headers() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  /**
   * Answers for every status; throws only when the service cannot be reached.
   * @param {string} path
   * @param {object} [body] sent as JSON
   * @param {string} [method]
   * @returns {Promise<Answer>}
   */
  async ask(path, body, method = body ? "POST" : "GET") {
    const used = this.token;
    const answer = await this.#once(path, body, method);
    // A token lives for minutes: what the agent did is done with the next one, which may have come meanwhile.
    if (answer.status !== 401 || !this.#renew) return answer;
    if (this.token === used && !(await this.#renew())) return answer;
    return this.#once(path, body, method);
  }

  /**
   * @param {string} path
   * @param {object | undefined} body
   * @param {string} method
   * @returns {Promise<Answer>}
   */
  async #once(path, body, method) {
    const response = await fetch(`${this.#base}/api/v1/${path}`, {
      method,
      headers: /** @type {Record<string, string>} */ ({
        ...this.headers(),
        ...(body ? { "Content-Type": "application/json" } : {}),
      }),
      body: body && JSON.stringify(body),
      credentials: "same-origin",
      keepalive: Boolean(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const json = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, data: json ? await response.json() : null, at: serverTime(response) };
  }
}

/** @param {Response} response */
export function serverTime(response) {
  return Date.parse(response.headers.get("date") ?? "") || 0;
}

/** A key that names one doing, so that doing it again is no second one. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Take `#ticket=` out of the address, so that it is neither kept nor shared. */
export function takeTicket() {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("ticket");
  if (ticket) history.replaceState(null, "", location.pathname + location.search);
  return ticket;
}
