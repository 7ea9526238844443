// @ts-check
/**
 * The panel under the cards that shows what is wrong with the draft.
 *
 * It has its place at the lower edge and takes it from the list's end: cards above keep their place under the pointer.
 */

import { told, worst } from "./findings.js";
import { composing } from "./text.js";
import { fill } from "./words.js";

/** More findings than these are told by their number. */
const MOST_SHOWN = 3;
/** Of words that are longer than this, so many characters are read out. */
const MOST_READ = 60;

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {{fix: () => void, override: (reason: string) => Promise<boolean>}} Hands
 *   `override`: the text may go all the same, and why; answers whether that was taken
 */

export class GuardPanel {
  #root;
  #words;
  #hands;
  /** What is to be seen, to leave it alone while it stays the same. */
  #shown = "";
  /** What was read out already. @type {Set<string>} */
  #read = new Set();
  #busy = false;

  /**
   * @param {ShadowRoot} root
   * @param {import("./types.js").Words} words
   * @param {Hands} hands
   */
  constructor(root, words, hands) {
    this.#root = root;
    this.#words = words;
    this.#hands = hands;
    this.#element("guard-fix").addEventListener("click", () => hands.fix());
    this.#element("guard-anyway").addEventListener("click", () => this.#toggle());
    this.#element("guard-cancel").addEventListener("click", () => this.#toggle());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#override();
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || composing(event)) return;
      event.stopPropagation();
      this.#toggle();
    });
  }

  /** The agent went to another conversation: no reason for this one is left standing. */
  forget() {
    this.show("", [], false);
    this.#reason.value = "";
    this.#scroll.style.paddingBottom = "";
  }

  /**
   * @param {string} text
   * @param {Finding[]} findings
   * @param {boolean} sends it may be sent from here with a reason
   */
  show(text, findings, sends) {
    const rows = told(text, findings);
    const shown = JSON.stringify([sends, rows.map((one) => [one.key, one.action])]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const top = this.#scroll.scrollTop;
    if (rows.length) this.#draw(rows, sends && worst(rows) === "warn");
    else this.#close();
    this.#element("guard").hidden = !rows.length;
    this.#keepPlace(top);
    this.#readOut(rows);
  }

  /**
   * @param {ReturnType<typeof told>} rows
   * @param {boolean} anyway
   */
  #draw(rows, anyway) {
    const action = worst(rows);
    this.#element("guard").dataset.action = action;
    this.#element("guard-title").textContent = this.#words[`guard_${action}`];
    this.#element("guard-list").replaceChildren(...rows.slice(0, MOST_SHOWN).map((one) => this.#row(one)));
    const more = rows.length - MOST_SHOWN;
    this.#element("guard-more").hidden = more <= 0;
    this.#element("guard-more").textContent = fill(this.#words.guard_more, { n: more });
    this.#element("guard-fix").hidden = rows.every((one) => one.rewrite === null);
    this.#element("guard-anyway").hidden = !anyway;
    if (!anyway) this.#close();
  }

  /** @param {ReturnType<typeof told>[number]} finding */
  #row(finding) {
    const template = /** @type {HTMLTemplateElement} */ (this.#element("guard-row"));
    const row = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    row.dataset.action = finding.action;
    part(row, ".guard-words").textContent = finding.words;
    const rewrite = part(row, ".guard-rewrite");
    rewrite.textContent = finding.rewrite || this.#words.guard_leave_out;
    rewrite.classList.toggle("nothing", finding.rewrite === "");
    part(row, ".guard-instead").hidden = finding.rewrite === null;
    part(row, ".guard-reason").textContent = finding.reason;
    part(row, ".guard-basis").textContent = finding.basis === "own" ? this.#words.guard_own : finding.basis;
    part(row, ".guard-rule").textContent = finding.rule;
    return row;
  }

  /**
   * The list grows again when the panel gives its place back: at its end it would slide down under the pointer.
   * @param {number} top
   */
  #keepPlace(top) {
    const slid = top - this.#scroll.scrollTop;
    if (slid <= 0) return;
    const room = parseFloat(getComputedStyle(this.#scroll).paddingBottom) + slid;
    this.#scroll.style.paddingBottom = `${room}px`;
    this.#scroll.scrollTop = top;
  }

  /** What is new is read out, once: not the whole panel, and not with every key. @param {ReturnType<typeof told>} rows */
  #readOut(rows) {
    const news = rows.filter((one) => !this.#read.has(one.key)).slice(0, MOST_SHOWN);
    this.#read = new Set(rows.map((one) => one.key));
    const alert = this.#element("guard-alert");
    if (!rows.length) alert.textContent = "";
    if (!news.length) return;
    const said = news.map((one) => `${Array.from(one.words).slice(0, MOST_READ).join("")}: ${one.reason}`);
    alert.textContent = [this.#element("guard-title").textContent, ...said].join(" · ");
  }

  /** The form stands in place of the buttons: both do not fit a narrow sidebar. */
  #toggle() {
    const opening = this.#form.hidden;
    this.#close(!opening);
    (opening ? this.#reason : this.#element("guard-anyway")).focus();
  }

  #close(closed = true) {
    this.#form.hidden = closed;
    this.#element("guard-actions").hidden = !closed;
  }

  async #override() {
    const reason = this.#reason.value.trim();
    if (!reason || this.#busy) return;
    this.#busy = true;
    const taken = await this.#hands.override(reason);
    this.#busy = false;
    if (!taken) return;
    this.#reason.value = "";
    if (!this.#form.hidden) this.#toggle();
  }

  get #scroll() {
    return /** @type {HTMLElement} */ (this.#root.querySelector(".scroll"));
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

/**
 * @param {ParentNode} row
 * @param {string} selector
 */
function part(row, selector) {
  return /** @type {HTMLElement} */ (row.querySelector(selector));
}
