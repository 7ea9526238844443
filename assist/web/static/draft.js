// @ts-check
/** Which text is the draft, and what is wrong with it: asked as it is typed, mended by one key, or sent with a reason. */

import { newKey } from "./api.js";
import { moved, rewritten, worst } from "./findings.js";
import { GuardPanel } from "./guard.js";
import { replaceText } from "./text.js";
import { fill } from "./words.js";

/** Typing pauses this long before the draft is asked about. */
const PAUSE_MS = 250;
/** So long after no answer came it is asked again. */
const AGAIN_MS = 3000;

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, lang: string,
 *   say: (text: string) => void, tell: (name: string, detail: object) => void,
 *   can: (capability: string) => boolean}} Desk
 */

export class Draft {
  #desk;
  #panel;
  #conversation = "";
  /** What stands in the host's reply box. */
  #typed = "";
  /** A card's editor, while the agent writes there. @type {HTMLTextAreaElement | null} */
  #area = null;
  /** The text that the findings are of. */
  #text = "";
  /** @type {Finding[]} */
  #findings = [];
  #asking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(root, desk) {
    this.#desk = desk;
    this.#panel = new GuardPanel(root, desk.words, {
      fix: () => this.fix(),
      override: (reason) => this.#override(reason),
    });
    root.addEventListener("input", (event) => {
      if (!(/** @type {InputEvent} */ (event).isComposing)) this.#edited(event);
    });
    root.addEventListener("compositionend", (event) => this.#edited(event));
  }

  /**
   * This stands in the reply box now.
   * @param {string} conversation
   * @param {string} text
   */
  typed(conversation, text) {
    if (conversation !== this.#conversation) {
      this.#conversation = conversation;
      this.#findings = [];
      this.#text = "";
      this.#panel.forget();
    }
    this.#typed = text;
    this.#area = null;
    this.#became(text);
  }

  /** No card's editor is open any more: the draft is what stands in the reply box. */
  closed() {
    if (this.#area) this.typed(this.#conversation, this.#typed);
  }

  /**
   * The server did not send a text.
   * @param {string} text as it was to be sent
   * @param {{findings: Finding[]}} refused
   */
  refused(text, refused) {
    clearTimeout(this.#pause);
    this.#area = null;
    this.#text = text;
    this.#show(refused.findings);
  }

  /** Put every rewrite in its place; answers whether there was one. */
  fix() {
    const fixed = this.#findings.filter((one) => one.rewrite !== null);
    if (!fixed.length) return false;
    const text = rewritten(this.#text, fixed);
    if (this.#area) this.#write(this.#area, text);
    else this.#desk.tell("assist-draft", { text });
    // Who took it told of it at once.
    if (this.#text === text) void this.#report("fixed", fixed);
    return true;
  }

  /**
   * @param {HTMLTextAreaElement} area
   * @param {string} text
   */
  #write(area, text) {
    const most = area.maxLength;
    if (text.length > most) this.#desk.say(fill(this.#desk.words.composer_too_long, { n: most }));
    else replaceText(area, text);
  }

  /** A text written in a card is checked like any draft. @param {Event} event */
  #edited(event) {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement) || !area.closest(".editor")) return;
    this.#area = area;
    this.#became(area.value);
  }

  /** @param {string} text */
  #became(text) {
    const findings = moved(this.#findings, this.#text, text);
    this.#text = text;
    this.#show(findings);
    clearTimeout(this.#pause);
    if (text.trim() && this.#conversation) this.#pause = setTimeout(() => void this.#check(), PAUSE_MS);
  }

  /** One question at a time: what was typed meanwhile is asked about after the answer. */
  async #check() {
    if (this.#asking) return;
    const [conversation, text] = [this.#conversation, this.#text];
    this.#asking = true;
    const answer = await this.#desk.api
      .ask(`drafts/check?lang=${encodeURIComponent(this.#desk.lang)}`, { conversation_id: conversation, text })
      .catch(() => null);
    this.#asking = false;
    const here = conversation === this.#conversation;
    if (here && answer?.status === 200) this.#show(moved(answer.data.findings, text, this.#text));
    const unanswered = !answer || answer.status >= 500;
    if (here && text === this.#text && !unanswered) return;
    clearTimeout(this.#pause);
    if (this.#text.trim()) this.#pause = setTimeout(() => void this.#check(), unanswered ? AGAIN_MS : PAUSE_MS);
  }

  /** @param {Finding[]} findings */
  #show(findings) {
    this.#findings = findings;
    // From a card's editor it goes to the reply box first, where the host has one, and is asked about there.
    const sends = !(this.#area && this.#desk.can("insert"));
    this.#panel.show(this.#text, findings, sends);
  }

  /**
   * A host that sends keeps the reason with the text; for any other it is kept here. Answers whether that was done.
   * @param {string} reason
   */
  async #override(reason) {
    if (!this.#findings.length || worst(this.#findings) === "block") return false;
    if (this.#desk.can("send")) {
      this.#desk.tell("assist-reason", { text: this.#text, reason });
      return true;
    }
    const warned = this.#findings.filter((one) => one.action === "warn");
    const kept = await this.#report("overridden", warned, reason);
    this.#desk.say(kept ? this.#desk.words.guard_kept : this.#desk.words.guard_unkept);
    return kept;
  }

  /**
   * @param {"fixed" | "overridden"} action
   * @param {Finding[]} findings
   * @param {string} [reason]
   */
  async #report(action, findings, reason) {
    const path = `conversations/${encodeURIComponent(this.#conversation)}/draft-steps`;
    const rules = [...new Set(findings.map((one) => one.rule))];
    const body = { step_id: newKey(), action, rules, ...(reason ? { reason } : {}) };
    const answer = await this.#desk.api.ask(path, body).catch(() => null);
    return answer?.status === 200;
  }
}
