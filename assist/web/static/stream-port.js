// @ts-check
/** A page's end of the stream: in the shared worker where the browser has one for us, else in this page. */

/** More often than the home gives a silent tab up, even where a hidden tab's clock runs once a minute. */
const HERE_MS = 20_000;

/**
 * @typedef {import("./stream-home.js").Where} Where
 * @typedef {{event: import("./stream.js").OnEvent, state: (state: import("./stream.js").State) => void,
 *   token: () => void}} Hears  `token`: a fresh one is wanted
 */

export class SharedStream {
  #where;
  #token;
  #hears;
  /** @type {MessagePort | undefined} */
  #port;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #telling;
  #joined = false;
  #onHide = () => this.#say("leave");
  #onShow = (/** @type {PageTransitionEvent} */ event) => {
    // Back from where the browser had put the page away.
    if (event.persisted) this.#say("join");
  };

  /**
   * @param {Where} where
   * @param {string | null} token
   * @param {Hears} hears
   */
  constructor(where, token, hears) {
    this.#where = where;
    this.#token = token;
    this.#hears = hears;
  }

  start() {
    if (this.#joined) return;
    this.#joined = true;
    addEventListener("pagehide", this.#onHide);
    addEventListener("pageshow", this.#onShow);
    this.#telling = setInterval(() => this.#say("here"), HERE_MS);
    if (this.#port) return this.#say("join");
    const worker = this.#shared();
    if (worker) this.#use(worker.port);
    else void this.#alone();
  }

  stop() {
    this.#joined = false;
    removeEventListener("pagehide", this.#onHide);
    removeEventListener("pageshow", this.#onShow);
    clearInterval(this.#telling);
    this.#say("leave");
  }

  retryNow() {
    this.#say("retry");
  }

  /** @param {string} token */
  set token(token) {
    this.#token = token;
    this.#say("token");
  }

  /** A worker of the same agent, language and way to sign in; it is for our own origin only. */
  #shared() {
    const { base, agent, lang, mode } = this.#where;
    if (base || !agent || !globalThis.SharedWorker) return null;
    try {
      const worker = new SharedWorker(new URL("./stream-worker.js", import.meta.url), {
        type: "module",
        name: `fresh-assist ${agent} ${lang} ${mode}`,
      });
      // It could not be loaded: this page reads for itself.
      worker.addEventListener("error", () => void this.#alone(), { once: true });
      return worker;
    } catch {
      return null;
    }
  }

  async #alone() {
    const { StreamHome } = await import("./stream-home.js");
    const { port1, port2 } = new MessageChannel();
    new StreamHome().add(port1);
    this.#use(port2);
  }

  /** @param {MessagePort} port */
  #use(port) {
    this.#port = port;
    port.addEventListener("message", ({ data }) => this.#hear(data));
    port.start();
    if (this.#joined) this.#say("join");
  }

  /** @param {{kind: string, name: string, data: any, state: import("./stream.js").State, refused: string}} told */
  #hear({ kind, name, data, state, refused }) {
    if (!this.#joined) return;
    if (kind === "event") this.#hears.event(name, data);
    if (kind === "state") this.#hears.state(state);
    if (kind !== "token") return;
    // The host may have brought another one already.
    if (refused === this.#token) this.#hears.token();
    else this.#say("token");
  }

  /** @param {"join" | "here" | "leave" | "retry" | "token"} kind */
  #say(kind) {
    this.#port?.postMessage({ kind, where: this.#where, token: this.#token });
  }
}
