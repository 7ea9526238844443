// @ts-check
/**
 * Where the one stream lives and who listens to it: in a shared worker for all tabs, or in the page for itself.
 *
 * What a port is told: {kind: "event", name, data}, {kind: "state", state}, {kind: "token", refused} (another
 * than this one is wanted).
 * What it says: {kind: "join", where, token}, {kind: "token", token}, {kind: "retry"}, {kind: "here"}, {kind: "leave"}.
 */

import { Stream } from "./stream.js";

/** A hidden tab's clock runs once a minute; one that was silent for longer is gone. */
const GONE_MS = 150_000;
/** So long the pages may take to bring a fresh token. */
const TOKEN_MS = 10_000;
/** The shared stream lives for days: conversations nobody wrote in for long are let go, the server has them. */
const KEPT = 200;

/**
 * @typedef {{base: string, lang: string, mode: string, agent: string}} Where
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").Suggestions} Suggestions
 */

export class StreamHome {
  /** When each port was heard last. @type {Map<MessagePort, number>} */
  #ports = new Map();
  /** @type {Stream | undefined} */
  #stream;
  #agent = "";
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  /** @type {Map<string, Suggestions>} */
  #suggestions = new Map();
  #known = false;
  /** @type {import("./stream.js").State | undefined} */
  #state;
  /** @type {((came: boolean) => void) | null} */
  #awaited = null;

  /** @param {MessagePort} port */
  add(port) {
    port.addEventListener("message", ({ data }) => this.#hear(port, data));
    port.start();
  }

  /**
   * @param {MessagePort} port
   * @param {{kind: string, where?: Where, token?: string | null}} said
   */
  #hear(port, said) {
    if (said.kind === "leave") return this.#leave(port);
    // One that was given up and speaks again has missed what was told meanwhile.
    if (said.where && (said.kind === "join" || !this.#ports.has(port))) this.#join(port, said.where, said.token ?? null);
    this.#ports.set(port, Date.now());
    if (said.kind === "token") this.#take(said.token ?? null);
    if (said.kind === "retry") this.#stream?.retryNow();
  }

  /**
   * @param {MessagePort} port
   * @param {Where} where
   * @param {string | null} token
   */
  #join(port, where, token) {
    this.#ports.set(port, Date.now());
    this.#agent = where.agent;
    if (!this.#stream) {
      this.#stream = new Stream(`${where.base}/api/v1/stream?lang=${encodeURIComponent(where.lang)}`, {
        event: (name, data) => this.#news(name, data),
        state: (state) => this.#became(state),
        token: () => this.#wanted(),
      });
      setInterval(() => this.#sweep(), GONE_MS / 5);
    }
    if (this.#state) port.postMessage({ kind: "state", state: this.#state });
    if (this.#known) port.postMessage({ kind: "event", name: "snapshot", data: this.#snapshot() });
    this.#take(token);
    void this.#stream.start();
  }

  /** @param {string | null} token */
  #take(token) {
    if (!this.#stream || !token || token === this.#stream.token) return;
    this.#stream.token = token;
    this.#awaited?.(true);
    if (this.#state?.refused) this.#stream.retryNow();
  }

  /** @param {MessagePort} port */
  #leave(port) {
    this.#ports.delete(port);
    if (!this.#ports.size) this.#stream?.stop();
  }

  #sweep() {
    for (const [port, heard] of this.#ports) if (Date.now() - heard > GONE_MS) this.#leave(port);
  }

  /** Every page is asked; the first answer serves all. @returns {Promise<boolean>} */
  #wanted() {
    // A cookie is renewed by signing in, which loads the page anew.
    if (!this.#stream?.token) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (/** @type {boolean} */ came) => {
        clearTimeout(timer);
        this.#awaited = null;
        resolve(came);
      };
      const timer = setTimeout(() => done(false), TOKEN_MS);
      this.#awaited = done;
      this.#tell({ kind: "token", refused: this.#stream?.token });
    });
  }

  /** @param {import("./stream.js").State} state */
  #became(state) {
    this.#state = state;
    this.#tell({ kind: "state", state });
  }

  /**
   * @param {string} name
   * @param {any} data
   */
  #news(name, data) {
    if (name === "snapshot") {
      if (this.#agent && data.agent_id !== this.#agent) return this.#somebodyElse();
      if (!data.partial) {
        this.#conversations.clear();
        this.#suggestions.clear();
      }
      data.conversations.forEach((/** @type {Conversation} */ one) => this.#conversations.set(one.id, one));
      data.suggestions.forEach((/** @type {Suggestions} */ one) => this.#suggestions.set(one.conversation_id, one));
      this.#known = true;
    } else if (name === "conversation") {
      this.#conversations.set(data.conversation.id, data.conversation);
      this.#suggestions.set(data.conversation.id, data.suggestions);
    } else {
      return;
    }
    this.#trim();
    this.#tell({ kind: "event", name, data });
  }

  /** The browser's cookie is another agent's by now: their news is not for these pages. */
  #somebodyElse() {
    this.#stream?.stop();
    this.#became({ online: false, attempt: 1, waitMs: 0, refused: true, skewMs: 0 });
  }

  #trim() {
    if (this.#conversations.size <= KEPT) return;
    const oldest = [...this.#conversations.values()].sort((a, b) => Date.parse(a.last_at) - Date.parse(b.last_at));
    for (const { id } of oldest.slice(0, oldest.length - KEPT)) {
      this.#conversations.delete(id);
      this.#suggestions.delete(id);
    }
  }

  #snapshot() {
    return { conversations: [...this.#conversations.values()], suggestions: [...this.#suggestions.values()] };
  }

  /** @param {object} message */
  #tell(message) {
    for (const port of this.#ports.keys()) port.postMessage(message);
  }
}
