// @ts-check
/** The reply box: a draft per conversation, sent once, kept until the server has it. */

import { newKey } from "./api.js";
import { composing, insertAtCaret, replaceText } from "./text.js";
import { fill, firstSlot } from "./words.js";

/**
 * @typedef {{text: string, key: string, suggestionId: string | null, reason: string | null}} Attempt
 * @typedef {{text: string, sources: Map<string, string | null>, attempt: Attempt | null, sending: boolean,
 *   problem: string}} Draft  `sources`: what was put in, with its suggestion if it had one
 */

/**
 * @typedef {{sent: (conversation: string, key: string, text: string) => void, typed: (text: string) => void,
 *   refused: (text: string, refused: any) => void}} Host
 */

/** Of a longer name the rest is left out: the box grows with its placeholder. */
const LONGEST_NAME = 20;

export class Composer {
  #api;
  #words;
  #host;
  #kept;
  /** @type {Map<string, Draft>} */
  #drafts = new Map();
  #conversation = "";
  /** The page's language, in which a guard says why. */
  #lang = document.documentElement.lang === "zh-CN" ? "zh" : document.documentElement.lang;
  #form = /** @type {HTMLFormElement} */ (document.getElementById("composer"));
  #area = /** @type {HTMLTextAreaElement} */ (document.getElementById("draft"));
  #button = /** @type {HTMLButtonElement} */ (document.getElementById("send"));
  #problem = /** @type {HTMLElement} */ (document.getElementById("send-problem"));

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Words} words
   * @param {Host} host
   * @param {import("./kept-drafts.js").KeptDrafts} [kept] where drafts outlive the page
   */
  constructor(api, words, host, kept) {
    this.#api = api;
    this.#words = words;
    this.#host = host;
    this.#kept = kept;
    this.#area.addEventListener("input", (event) => this.#typed(/** @type {InputEvent} */ (event).isComposing));
    this.#area.addEventListener("compositionend", () => this.#typed());
    this.#area.addEventListener("keydown", (event) => this.#key(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send();
    });
  }

  /**
   * @param {string} conversation
   * @param {string} name
   */
  select(conversation, name) {
    this.#conversation = conversation;
    this.#form.hidden = !conversation;
    this.#area.placeholder = fill(this.#words.composer_placeholder, { name: name.slice(0, LONGEST_NAME) });
    this.#area.value = this.#draft().text;
    this.#host.typed(this.#area.value);
    this.#show();
  }

  /** The draft becomes this; undo brings back what it was. @param {string} text */
  put(text) {
    if (this.#takes(text.length)) replaceText(this.#area, text);
  }

  /**
   * Send a text that a guard warned of, with the agent's reason; not if another text stands there by now.
   * @param {string} text
   * @param {string} reason
   */
  sendFor(text, reason) {
    if (text.trim() === this.#draft().text.trim()) void this.#send(reason);
  }

  focus() {
    this.#area.focus();
  }

  /**
   * @param {string} text
   * @param {string} source
   * @param {string | null} suggestionId
   */
  insert(text, source, suggestionId) {
    if (!this.#takes(this.#area.value.length + text.length)) return;
    insertAtCaret(this.#area, text);
    this.#draft().sources.set(source, suggestionId);
    this.#kept?.keep(this.#conversation, this.#draft());
    this.#area.scrollTop = this.#area.scrollHeight;
  }

  /** The card went stale: what was taken from it is the agent's own text now. @param {string} suggestionId */
  forget(suggestionId) {
    for (const draft of this.#drafts.values()) {
      if (draft.sources.has(suggestionId)) draft.sources.set(suggestionId, null);
    }
  }

  /** Something may be written now, and there is room for it. @param {number} length */
  #takes(length) {
    const draft = this.#draft();
    if (!this.#conversation || draft.sending) return false;
    const most = this.#area.maxLength;
    if (length <= most) return true;
    draft.problem = fill(this.#words.composer_too_long, { n: most });
    this.#show();
    return false;
  }

  #draft() {
    const draft = this.#drafts.get(this.#conversation);
    if (draft) return draft;
    /** @type {Draft} */
    const made = { text: "", sources: new Map(), attempt: null, sending: false, problem: "" };
    Object.assign(made, this.#conversation && this.#kept?.of(this.#conversation));
    this.#drafts.set(this.#conversation, made);
    return made;
  }

  /** @param {boolean} [unfinished] an input method is still choosing characters: these are not the agent's words */
  #typed(unfinished) {
    const draft = this.#draft();
    draft.text = this.#area.value;
    draft.problem = "";
    if (!unfinished) this.#host.typed(draft.text);
    if (!draft.text.trim()) draft.sources.clear();
    this.#kept?.keep(this.#conversation, draft);
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || composing(event)) return;
    event.preventDefault();
    if (!event.repeat) void this.#send();
  }

  /** @param {string} [reason] why it is sent although a guard warned of it */
  async #send(reason) {
    const conversation = this.#conversation;
    const draft = this.#draft();
    const text = draft.text.trim();
    if (!text || draft.sending) return;
    const slot = firstSlot(text);
    if (slot) {
      draft.problem = fill(this.#words.send_slots, { name: this.#words[`slot_${slot.name}`] ?? slot.name });
      return this.#show();
    }
    const attempt = this.#attempt(draft, text);
    attempt.reason = reason ?? attempt.reason;
    draft.sending = true;
    draft.problem = "";
    // With its key: sent again after a reload, it is still sent once.
    this.#kept?.keep(conversation, draft);
    this.#show();
    const { key, suggestionId } = attempt;
    const body = { text, client_key: key, suggestion_id: suggestionId, override_reason: attempt.reason };
    const path = `conversations/${encodeURIComponent(conversation)}/messages?lang=${this.#lang}`;
    const answer = await this.#api.ask(path, body).catch(() => null);
    draft.sending = false;
    if (answer?.status === 202) {
      this.#drafts.delete(conversation);
      this.#kept?.forget(conversation);
      this.#host.sent(conversation, attempt.key, text);
    } else {
      this.#failed(draft, attempt, answer);
    }
    if (conversation !== this.#conversation) return;
    this.#area.value = this.#draft().text;
    this.#show();
    this.#area.focus();
    const guarded = answer?.data?.error?.code === "guarded";
    if (guarded) this.#host.refused(text, answer.data.error);
    else this.#host.typed(this.#area.value);
  }

  /**
   * The same text tried again goes under the same key, so that it is sent once.
   * @param {Draft} draft
   * @param {string} text
   */
  #attempt(draft, text) {
    if (draft.attempt?.text === text) return draft.attempt;
    return (draft.attempt = { text, key: newKey(), suggestionId: soleSuggestion(draft), reason: null });
  }

  /**
   * @param {Draft} draft
   * @param {Attempt} attempt
   * @param {import("./api.js").Answer | null} answer
   */
  #failed(draft, attempt, answer) {
    const status = answer?.status ?? 0;
    if (answer?.data?.error?.code === "guarded") {
      draft.problem = this.#words[`send_guarded_${answer.data.error.action}`];
      return;
    }
    if (status === 0) draft.problem = this.#words.send_failed;
    else if (status === 503) draft.problem = this.#words.send_busy;
    else if (status === 409) draft.problem = this.#words.send_stale;
    else draft.problem = fill(this.#words.send_refused, { status });
    if (status === 409) attempt.suggestionId = null;
  }

  #show() {
    const { sending, problem, text } = this.#draft();
    this.#area.readOnly = sending;
    this.#button.disabled = sending || !text.trim();
    const word = sending ? this.#button.dataset.busy : problem ? this.#button.dataset.retry : this.#button.dataset.send;
    this.#button.textContent = word ?? "";
    this.#problem.textContent = problem;
    this.#problem.hidden = !problem;
    this.#form.classList.toggle("troubled", Boolean(problem));
  }
}

/**
 * The suggestion a draft came from, when it came from exactly one.
 * @param {Draft} draft
 */
function soleSuggestion(draft) {
  const [only, another] = draft.sources.values();
  return another === undefined ? (only ?? null) : null;
}
