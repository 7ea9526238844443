// @ts-check
/**
 * One connection to the server's news: read with fetch (EventSource sends no token), watched, and opened again when it
 * breaks, from where it broke. Lives in a page or in a worker.
 */

/** The server says something every ten seconds. */
const SILENCE_MS = 25_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * @typedef {{online: boolean, attempt: number, waitMs: number, refused: boolean, skewMs: number}} State
 * @typedef {(name: string, data: any) => void} OnEvent
 * @typedef {{event: OnEvent, state: (state: State) => void, token: () => Promise<boolean>}} Hears
 *   `token`: the token was refused; answers whether there is another
 */

export class Stream {
  /** A Bearer token; null uses the cookie. @type {string | null} */
  token = null;
  #url;
  #hears;
  #attempt = 0;
  /** The reading that goes on; one that was stopped may still be ending. @type {AbortController | null} */
  #reading = null;
  /** The newest news we have, in the server's own counting. */
  #last = "";
  /** Breaks the connection. @type {(() => void) | null} */
  #cut = null;
  /** @type {(() => void) | null} */
  #hurry = null;

  /**
   * @param {string} url
   * @param {Hears} hears
   */
  constructor(url, hears) {
    this.#url = url;
    this.#hears = hears;
    // A line that is known to be gone need not fall silent first.
    addEventListener("offline", () => this.#cut?.());
  }

  async start() {
    if (this.#reading) return;
    const reading = new AbortController();
    this.#reading = reading;
    while (!reading.signal.aborted) {
      const used = this.token;
      const status = await this.#read(reading.signal);
      // Another may have come while this one was being refused.
      if (reading.signal.aborted || (status === 401 && (used !== this.token || (await this.#hears.token())))) continue;
      const refused = status === 401 || status === 403;
      this.#attempt += 1;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#attempt - 1)) * (0.8 + 0.4 * Math.random());
      this.#hears.state({ online: false, attempt: this.#attempt, waitMs, refused, skewMs: 0 });
      if (refused) this.stop();
      else await this.#pause(waitMs);
    }
  }

  stop() {
    this.#reading?.abort();
    this.#reading = null;
    this.#hurry?.();
  }

  /** Do not wait any longer; after a refusal, try again. */
  retryNow() {
    this.#hurry?.();
    void this.start();
  }

  /**
   * @param {AbortSignal} stopped
   * @returns {Promise<number>} the answer's status; 0 when there was none, or it broke off
   */
  async #read(stopped) {
    const open = new AbortController();
    const cut = () => open.abort();
    this.#cut = cut;
    stopped.addEventListener("abort", cut);
    let silence = setTimeout(cut, SILENCE_MS);
    try {
      const response = await fetch(this.#url, {
        headers: this.#headers(),
        credentials: "same-origin",
        cache: "no-store",
        signal: open.signal,
      });
      if (!response.ok || !response.body) return response.status;
      const at = Date.parse(response.headers.get("date") ?? "") || 0;
      this.#attempt = 0;
      this.#hears.state({ online: true, attempt: 0, waitMs: 0, refused: false, skewMs: at ? at - Date.now() : 0 });
      const parser = new EventParser((name, data, id) => {
        // Told first: news that broke what reads it would be asked for again.
        this.#hears.event(name, data);
        if (id) this.#last = id;
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(silence);
        silence = setTimeout(cut, SILENCE_MS);
        parser.feed(part.value);
      }
    } catch (error) {
      // A broken connection arrives as one of these; anything else is ours to see.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      clearTimeout(silence);
      cut();
    }
    return 0;
  }

  /** @returns {Record<string, string>} */
  #headers() {
    return {
      Accept: "text/event-stream",
      ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
      ...(this.#last ? { "Last-Event-ID": this.#last } : {}),
    };
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
  #id = "";
  #onEvent;

  /** @param {(name: string, data: any, id: string) => void} onEvent */
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
      const [name, id] = [this.#name || "message", this.#id];
      this.#name = this.#id = "";
      this.#data = [];
      if (data) this.#onEvent(name, JSON.parse(data), id);
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? ["", "", ""];
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
    if (field === "id") this.#id = value;
  }
}
