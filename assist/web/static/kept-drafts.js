// @ts-check
/** Replies begun and not sent yet: kept in this browser for the agent who wrote them, until sent or signed out. */

/**
 * @typedef {import("./composer.js").Draft} Draft
 * @typedef {Pick<Draft, "text" | "attempt"> & {sources: [string, string | null][]}} Kept
 */

const PREFIX = "assist-drafts:";
/** So many conversations' drafts; those begun longest ago go first. */
const MOST = 50;

export class KeptDrafts {
  #name;

  /** @param {string} agent */
  constructor(agent) {
    this.#name = PREFIX + agent;
  }

  /** @param {string} conversation @returns {Pick<Draft, "text" | "sources" | "attempt"> | null} */
  of(conversation) {
    const kept = this.#all().get(conversation);
    return kept ? { text: kept.text, attempt: kept.attempt, sources: new Map(kept.sources) } : null;
  }

  /**
   * Keep a draft as it stands; an empty one is forgotten.
   * @param {string} conversation
   * @param {Draft} draft
   */
  keep(conversation, { text, attempt, sources }) {
    const all = this.#all();
    all.delete(conversation);
    if (text.trim()) all.set(conversation, { text, attempt, sources: [...sources] });
    this.#write(all);
  }

  /** @param {string} conversation */
  forget(conversation) {
    const all = this.#all();
    if (all.delete(conversation)) this.#write(all);
  }

  /** Signed out: none is left for the next at this desk. */
  clear() {
    this.#write(new Map());
  }

  /** @returns {Map<string, Kept>} */
  #all() {
    try {
      return new Map(JSON.parse(localStorage.getItem(this.#name) ?? "[]"));
    } catch {
      // No storage here, or what stands there is not ours.
      return new Map();
    }
  }

  /** @param {Map<string, Kept>} all */
  #write(all) {
    try {
      if (all.size) localStorage.setItem(this.#name, JSON.stringify([...all].slice(-MOST)));
      else localStorage.removeItem(this.#name);
    } catch {
      // A full or forbidden storage takes nothing; the draft is still on the page.
    }
  }
}
