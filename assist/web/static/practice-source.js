// @ts-check
/**
 * What the sidebar and the reply box speak with in practice mode, in place of the server's desk.
 *
 * It asks for what only reads. Steps, ratings, corrections and replies end here: no request is made of them.
 */

import { Api } from "./api.js";

/** What is read the same way as at the desk. */
const READ = ["search", "topics", "me/preferences"];
/** What would be kept: taken, and let go. */
const LET_GO = /\/(steps|draft-steps|topic)$/;

/**
 * @typedef {import("./practice-types.js").PracticeTurn} Turn
 * @typedef {import("./practice-types.js").Review} Review
 * @typedef {{event: (name: string, data: any) => void, state: (state: import("./stream.js").State) => void}} Hears
 */

export class PracticeSource extends Api {
  #path;
  #lang;
  #answered;
  /** @type {Turn | null} */
  #turn = null;
  /** Cards are there once the customer has said all. */
  #complete = false;
  #waiting = false;
  #skewMs = 0;
  /** @type {Hears | undefined} */
  #hears;

  /**
   * @param {string} conversation the stored one's id
   * @param {string} lang
   * @param {(text: string) => Promise<number>} answered an answer was given; answers with the status it came to
   */
  constructor(conversation, lang, answered) {
    super();
    this.#path = `practice/conversations/${encodeURIComponent(conversation)}/turns`;
    this.#lang = encodeURIComponent(lang);
    this.#answered = answered;
  }

  /** @param {number} number */
  turn(number) {
    return super.ask(`${this.#path}/${number}?lang=${this.#lang}`);
  }

  /**
   * Compare an answer. Nothing is sent to anybody.
   * @param {number} number
   * @param {string} text
   * @param {number} seconds
   */
  review(number, text, seconds) {
    return super.ask(`${this.#path}/${number}/answer?lang=${this.#lang}`, { text, seconds });
  }

  /**
   * @override
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<import("./api.js").Answer>}
   */
  async ask(path, body) {
    const [where, query = ""] = path.split("?");
    if (!body && READ.includes(where)) return super.ask(path);
    if (!body && where.endsWith("/suggestions")) return answer(200, this.#suggestions());
    if (where === "drafts/check" && this.#turn) {
      const { text } = /** @type {{text: string}} */ (body);
      return super.ask(`${this.#path}/${this.#turn.turn}/check?${query}`, { text });
    }
    if (body && where.endsWith("/messages")) {
      return answer(await this.#answered(/** @type {{text: string}} */ (body).text), {});
    }
    return LET_GO.test(where) ? answer(200, { new: true }) : answer(409, { error: { code: "practice", message: "" } });
  }

  /**
   * In place of the live stream: the turn that is practised is all the news there is.
   * @param {Hears} hears
   */
  stream(hears) {
    this.#hears = hears;
    const begin = () => this.#tell();
    return { start: begin, stop() {}, retryNow: begin, /** @type {string | null} */ token: null };
  }

  /**
   * @param {Turn | null} turn
   * @param {{complete: boolean, waiting: boolean, skewMs: number}} stand `complete`: the customer has said all of it;
   *   `skewMs`: how far the practice's clock is ahead of this one
   */
  show(turn, { complete, waiting, skewMs }) {
    this.#turn = turn;
    this.#complete = complete;
    this.#waiting = waiting;
    this.#skewMs = skewMs;
    this.#tell();
  }

  #tell() {
    this.#hears?.state({ online: true, attempt: 0, waitMs: 0, refused: false, skewMs: this.#skewMs });
    if (!this.#turn) return;
    this.#hears?.event("conversation", { conversation: this.#conversation(), suggestions: this.#suggestions() });
  }

  /** @returns {import("./types.js").Conversation | null} */
  #conversation() {
    const turn = this.#turn;
    if (!turn) return null;
    const nobody = { account: "", conversation_ref: "", last_text: "", state: "human" };
    return {
      ...nobody,
      id: idOf(turn),
      adapter: turn.adapter,
      customer_name: turn.customer_name,
      last_at: turn.last_at,
      waiting_since: this.#waiting ? turn.started_at : null,
      open_turn_id: idOf(turn),
    };
  }

  #suggestions() {
    const turn = this.#turn;
    if (!turn) return null;
    const { html, care_html, strip_html, wait, order } = turn;
    return {
      conversation_id: idOf(turn),
      turn_id: this.#complete ? idOf(turn) : null,
      waiting_since: this.#waiting ? turn.started_at : null,
      topic: this.#complete ? turn.topic : null,
      suggestions: this.#complete ? turn.suggestions : [],
      remedies: [],
      html: this.#complete ? html : "",
      care_html: this.#complete ? care_html : "",
      strip_html,
      wait,
      order,
    };
  }
}

/** What the sidebar calls a practised turn; no live call knows it. @param {Turn} turn */
export function idOf(turn) {
  return `${turn.conversation_id}-${turn.turn}`;
}

/**
 * @param {number} status
 * @param {any} data
 */
function answer(status, data) {
  return { status, data, at: 0 };
}
