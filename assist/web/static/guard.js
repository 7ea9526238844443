// @ts-check
/** What is wrong with the draft, before it is sent: the words, why, and one key to put the rewrite in their place. */

import { newKey } from "./api.js";
import { composing } from "./text.js";
import { fill } from "./words.js";

/** Typing pauses this long before the draft is asked about. */
const PAUSE_MS = 250;
/** More findings than these are told by their number. */
const MOST_SHOWN = 3;

/**
 * @typedef {{guard: string, rule: string, category: string, action: "note" | "warn" | "block", start: number,
 *   end: number, term: string, reason: string, basis: string, rewrite: string | null}} Finding
 * @typedef {{action: "let" | "note" | "warn" | "block", findings: Finding[], rewritten: string}} Checked
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, say: (text: string) => void,
 *   put: (text: string) => void, reason: (text: string, reason: string) => void}} Desk
 *   `put`: the draft becomes this text; `reason`: this text may be sent, and why
 */

export class GuardPanel {
  #root;
  #desk;
  #conversation = "";
  #draft = "";
  /** @type {Checked | null} */
  #checked = null;
  /** The findings that are to be seen, so that the same are not announced again. */
  #shown = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #asked = 0;

  /**
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(root, desk) {
    this.#root = root;
    this.#desk = desk;
    this.#element("guard-fix").addEventListener("click", () => this.fix());
    this.#element("guard-anyway").addEventListener("click", () => this.#toggle());
    this.#element("guard-cancel").addEventListener("click", () => this.#close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#override();
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || composing(event)) return;
      event.stopPropagation();
      this.#close();
    });
  }

  /**
   * The draft is this now; asked about when typing pauses.
   * @param {string} conversation
   * @param {string} text
   */
  draft(conversation, text) {
    if (conversation === this.#conversation && text === this.#draft) return;
    const other = conversation !== this.#conversation;
    this.#conversation = conversation;
    this.#draft = text;
    this.#asked += 1;
    clearTimeout(this.#pause);
    if (!text.trim() || !conversation) return this.#show(null);
    if (other) this.#show(null);
    this.#pause = setTimeout(() => void this.#check(), PAUSE_MS);
  }

  /**
   * The server did not send a text: show why at once, and ask for the reason where one would do.
   * @param {string} text
   * @param {{action: Checked["action"], findings: Finding[]}} refused
   */
  refused(text, refused) {
    clearTimeout(this.#pause);
    this.#asked += 1;
    this.#draft = text;
    this.#show({ ...refused, rewritten: rewritten(text, refused.findings) });
    if (refused.action === "warn") this.#open();
  }

  /** Put every rewrite in its place; answers whether there was one. */
  fix() {
    const checked = this.#checked;
    const fixed = checked?.findings.filter((one) => one.rewrite !== null) ?? [];
    if (!checked || !fixed.length) return false;
    this.#report("fixed", fixed);
    this.#desk.put(checked.rewritten);
    return true;
  }

  async #check() {
    const asked = this.#asked;
    const body = { conversation_id: this.#conversation, text: this.#draft };
    const answer = await this.#desk.api.ask("drafts/check", body).catch(() => null);
    // What was typed meanwhile is asked about by itself; without an answer sending still asks.
    if (asked === this.#asked && answer?.status === 200) this.#show(answer.data);
  }

  /** @param {Checked | null} checked */
  #show(checked) {
    const wrong = checked?.findings.length ? checked : null;
    this.#checked = wrong;
    const key = wrong ? JSON.stringify(wrong.findings.map((one) => [one.rule, one.action, one.term, one.rewrite])) : "";
    const panel = this.#element("guard");
    panel.hidden = !wrong;
    if (!wrong) {
      this.#shown = "";
      return this.#close();
    }
    panel.dataset.action = wrong.action;
    this.#element("guard-title").textContent = this.#desk.words[`guard_${wrong.action}`] ?? "";
    this.#element("guard-fix").hidden = wrong.findings.every((one) => one.rewrite === null);
    this.#element("guard-anyway").hidden = wrong.action !== "warn";
    if (wrong.action !== "warn") this.#close();
    if (key === this.#shown) return;
    this.#shown = key;
    const rows = worstFirst(wrong.findings).slice(0, MOST_SHOWN).map((one) => this.#row(one));
    this.#element("guard-list").replaceChildren(...rows);
    const more = wrong.findings.length - rows.length;
    this.#element("guard-more").hidden = more <= 0;
    this.#element("guard-more").textContent = fill(this.#desk.words.guard_more, { n: more });
  }

  /** @param {Finding} finding */
  #row(finding) {
    const template = /** @type {HTMLTemplateElement} */ (this.#element("guard-row"));
    const row = /** @type {HTMLElement} */ (template.content.cloneNode(true));
    const words = Array.from(this.#draft).slice(finding.start, finding.end).join("");
    part(row, ".guard-words").textContent = words;
    const rewrite = part(row, ".guard-rewrite");
    rewrite.hidden = finding.rewrite === null;
    rewrite.textContent = finding.rewrite || this.#desk.words.guard_leave_out;
    rewrite.classList.toggle("nothing", finding.rewrite === "");
    part(row, ".guard-arrow").hidden = finding.rewrite === null;
    part(row, ".guard-reason").textContent = finding.reason;
    part(row, ".guard-basis").textContent = finding.basis === "own" ? this.#desk.words.guard_own : finding.basis;
    part(row, ".guard-rule").textContent = finding.rule;
    part(row, "li").dataset.action = finding.action;
    return part(row, "li");
  }

  #toggle() {
    if (this.#form.hidden) this.#open();
    else this.#close();
  }

  #open() {
    this.#form.hidden = false;
    this.#element("guard-anyway").setAttribute("aria-expanded", "true");
    this.#reason.focus();
  }

  #close() {
    this.#form.hidden = true;
    this.#element("guard-anyway").setAttribute("aria-expanded", "false");
  }

  /** Keep why the text is sent all the same, and tell the host that it may go. */
  async #override() {
    const reason = this.#reason.value.trim();
    const checked = this.#checked;
    if (!reason || !checked) return;
    const warned = checked.findings.filter((one) => one.action === "warn");
    if (!(await this.#report("overridden", warned, reason))) return this.#desk.say(this.#desk.words.guard_unkept);
    this.#reason.value = "";
    this.#close();
    this.#desk.say(this.#desk.words.guard_kept);
    this.#desk.reason(this.#draft, reason);
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

  get #form() {
    return /** @type {HTMLFormElement} */ (this.#element("guard-form"));
  }

  get #reason() {
    return /** @type {HTMLInputElement} */ (this.#element("guard-reason"));
  }

  /** @param {string} id */
  #element(id) {
    return /** @type {HTMLElement} */ (this.#root.getElementById(id));
  }
}

/** @param {Finding[]} findings */
function worstFirst(findings) {
  const order = ["block", "warn", "note"];
  return [...findings].sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action) || a.start - b.start);
}

/**
 * Places are counted in characters, as the server does, not in UTF-16 units.
 * @param {string} text
 * @param {Finding[]} findings
 */
function rewritten(text, findings) {
  const characters = Array.from(text);
  for (const one of [...findings].sort((a, b) => b.start - a.start)) {
    if (one.rewrite !== null) characters.splice(one.start, one.end - one.start, ...Array.from(one.rewrite));
  }
  return characters.join("");
}

/**
 * @param {ParentNode} row
 * @param {string} selector
 */
function part(row, selector) {
  return /** @type {HTMLElement} */ (row.querySelector(selector));
}
