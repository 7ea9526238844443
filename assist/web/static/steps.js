// @ts-check
/**
 * What the agent did with cards, told to the server in order, each exactly once.
 *
 * What was not told yet is kept in the browser's storage, an entry a step, so that a reload loses nothing; every tab of
 * the agent may tell it, one at a time where the browser has locks. A step told twice is one: `step_id` names it.
 */

import { newKey } from "./api.js";

const AGAIN_MS = 3000;
const TEMPORARY = new Set([408, 425, 429]);
/** So many steps wait at most; then the oldest `shown` goes first: it only counts, the others are deeds. */
const MOST = 500;
const PREFIX = "fresh-assist.step";

/**
 * @typedef {{kind: "shown" | "inserted" | "copied" | "sent" | "edited" | "dismissed" | "rated", suggestion_id: string, reason?: string,
 *   verdict?: "up" | "down", visible_ms?: number, distance?: number}} Step
 * @typedef {{conversation: string, step: Step & {step_id: string}}} Waiting
 * @typedef {{stale: (suggestionId: string) => void, length: (length: number) => void}} Hears
 */

export class StepQueue {
  #sending = false;
  /** Something came while the last of the others was on its way. */
  #more = false;
  #open = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  #api;
  #hears;
  #kept;
  #lock;
  #count = () => this.#hears.length(this.#kept.keys().length);

  /**
   * @param {import("./api.js").Api} api
   * @param {string} agent whose steps they are; "" keeps them in this page alone
   * @param {Hears} hears
   */
  constructor(api, agent, hears) {
    this.#api = api;
    this.#hears = hears;
    this.#lock = `${PREFIX}.${agent}`;
    this.#kept = (agent && stored(`${this.#lock}.`)) || new InMemory();
    addEventListener("storage", this.#count);
    this.#count();
  }

  /** The server can be reached and knows us as this agent: until then steps wait. @param {boolean} open */
  set open(open) {
    this.#open = open;
    if (open) void this.flush();
  }

  /**
   * @param {string} conversation
   * @param {Step} step
   */
  push(conversation, step) {
    const whole = { ...step, step_id: newKey() };
    this.#kept.set(`${String(Date.now()).padStart(14, "0")}.${pushed()}.${whole.step_id}`, { conversation, step: whole });
    this.#shorten();
    this.#count();
    void this.flush();
  }

  async flush() {
    this.#more = this.#sending;
    if (this.#sending || !this.#open) return;
    this.#sending = true;
    clearTimeout(this.#again);
    try {
      if (navigator.locks) await navigator.locks.request(this.#lock, () => this.#tellAll());
      else await this.#tellAll();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      this.#again = setTimeout(() => void this.flush(), AGAIN_MS);
    } finally {
      this.#sending = false;
    }
    this.#count();
    if (this.#more) void this.flush();
  }

  stop() {
    this.#open = false;
    clearTimeout(this.#again);
  }

  /** Tell what can be told, and forget the rest: the next agent at this browser is somebody else. */
  async signOut() {
    await this.flush();
    this.#kept.keys().forEach((key) => this.#kept.remove(key));
    this.#count();
  }

  async #tellAll() {
    for (let [key] = this.#kept.keys(); key && this.#open; [key] = this.#kept.keys()) {
      const waiting = this.#kept.get(key);
      const answer = waiting && (await this.#tell(waiting));
      if (answer === 401 || answer === 403) return;
      this.#kept.remove(key);
      this.#count();
      if (waiting && answer === 409) this.#hears.stale(waiting.step.suggestion_id);
    }
  }

  /** @param {Waiting} waiting */
  async #tell({ conversation, step }) {
    const { status } = await this.#api.ask(`conversations/${encodeURIComponent(conversation)}/steps`, step);
    if (status >= 500 || TEMPORARY.has(status)) throw new DOMException("busy", "NetworkError");
    return status;
  }

  #shorten() {
    const keys = this.#kept.keys();
    for (let over = keys.length - MOST; over > 0; over -= 1) {
      const shown = keys.findIndex((key) => this.#kept.get(key)?.step.kind === "shown");
      const [key] = keys.splice(Math.max(shown, 0), 1);
      this.#kept.remove(key);
    }
  }
}

/** Steps of this page alone. */
class InMemory {
  /** @type {Map<string, Waiting>} */
  #steps = new Map();

  keys() {
    return [...this.#steps.keys()];
  }

  /** @param {string} key */
  get(key) {
    return this.#steps.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {Waiting} waiting
   */
  set(key, waiting) {
    this.#steps.set(key, waiting);
  }

  /** @param {string} key */
  remove(key) {
    this.#steps.delete(key);
  }
}

/** Steps in the browser's storage; an entry each, so that tabs never write over each other's. */
class InStorage {
  #storage;
  #prefix;
  /** What the storage would not take. */
  #rest = new InMemory();

  /**
   * @param {Storage} storage
   * @param {string} prefix
   */
  constructor(storage, prefix) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  keys() {
    const all = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? "");
    const ours = all.filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length));
    return [...ours, ...this.#rest.keys()].sort();
  }

  /** @param {string} key @returns {Waiting | null} */
  get(key) {
    const text = this.#storage.getItem(this.#prefix + key);
    if (text === null) return this.#rest.get(key);
    try {
      const waiting = JSON.parse(text);
      return typeof waiting?.conversation === "string" && waiting.step ? waiting : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {Waiting} waiting
   */
  set(key, waiting) {
    try {
      this.#storage.setItem(this.#prefix + key, JSON.stringify(waiting));
    } catch {
      this.#rest.set(key, waiting);
    }
  }

  /** @param {string} key */
  remove(key) {
    this.#storage.removeItem(this.#prefix + key);
    this.#rest.remove(key);
  }
}

/** @param {string} prefix */
function stored(prefix) {
  try {
    // Forbidden in some frames: then already the name throws.
    return localStorage && new InStorage(localStorage, prefix);
  } catch {
    return null;
  }
}

let count = 0;

/** In the order of pushing, within a millisecond too. */
function pushed() {
  count += 1;
  return String(count).padStart(6, "0");
}
