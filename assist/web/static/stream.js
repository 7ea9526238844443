// @ts-check
/** The one live stream: read with fetch (EventSource sends no token), watched, and opened again when it breaks. */

import { serverTime } from "./api.js";

const SILENCE_MS = 25000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;

/**
 * @typedef {{online: boolean, attempt: number, waitMs: number, refused: boolean, skewMs: number}} State
 * @typedef {(name: string, data: any) => void} OnEvent
 */

export class Stream {
  #url;
  #headers;
  #onEvent;
  #onState;
  #attempt = 0;
  #stopped = true;
  /** @type {AbortController | null} */
  #open = null;
  /** @type {(() => void) | null} */
  #hurry = null;

  /**
   * @param {string} url
   * @param {() => Record<string, string>} headers
   * @param {OnEvent} onEvent
   * @param {(state: State) => void} onState
   */
  constructor(url, headers, onEvent, onState) {
    this.#url = url;
    this.#headers = headers;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  async start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    while (!this.#stopped) {
      const refused = await this.#read();
      if (this.#stopped) return;
      this.#attempt += 1;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#attempt - 1)) * (0.8 + 0.4 * Math.random());
      this.#onState({ online: false, attempt: this.#attempt, waitMs, refused, skewMs: 0 });
      if (refused) this.#stopped = true;
      else await this.#pause(waitMs);
    }
  }

  stop() {
    this.#stopped = true;
    this.#open?.abort();
    this.#hurry?.();
  }

  retryNow() {
    this.#hurry?.();
  }

  /** @returns {Promise<boolean>} whether we were refused for good */
  async #read() {
    this.#open = new AbortController();
    const { signal } = this.#open;
    let silence = setTimeout(() => this.#open?.abort(), SILENCE_MS);
    try {
      const headers = { Accept: "text/event-stream", ...this.#headers() };
      const response = await fetch(this.#url, { headers, credentials: "same-origin", cache: "no-store", signal });
      if (response.status === 401 || response.status === 403) return true;
      if (!response.ok || !response.body) return false;
      const at = serverTime(response);
      this.#attempt = 0;
      this.#onState({ online: true, attempt: 0, waitMs: 0, refused: false, skewMs: at ? at - Date.now() : 0 });
      const parser = new EventParser(this.#onEvent);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(silence);
        silence = setTimeout(() => this.#open?.abort(), SILENCE_MS);
        parser.feed(part.value);
      }
    } catch (error) {
      // A broken connection arrives as one of these; anything else is ours to see.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      clearTimeout(silence);
      this.#open.abort();
    }
    return false;
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        this.#hurry = null;
        resolve(undefined);
      };
      const timer = setTimeout(done, ms);
      addEventListener("online", done);
      this.#hurry = done;
    });
  }
}

/** Server-sent events out of text that arrives in any pieces. */
export class EventParser {
  #rest = "";
  #name = "";
  /** @type {string[]} */
  #data = [];
  #onEvent;

  /** @param {OnEvent} onEvent */
  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  /** @param {string} text */
  feed(text) {
    const whole = this.#rest + text;
    // A CR at the end may be half of a CRLF.
    const kept = whole.endsWith("\r") ? 1 : 0;
    const lines = whole.slice(0, whole.length - kept).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + whole.slice(whole.length - kept);
    lines.forEach((line) => this.#line(line));
  }

  /** @param {string} line */
  #line(line) {
    if (line === "") {
      const data = this.#data.join("\n");
      const name = this.#name || "message";
      this.#name = "";
      this.#data = [];
      if (data) this.#onEvent(name, JSON.parse(data));
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? ["", "", ""];
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
  }
}
