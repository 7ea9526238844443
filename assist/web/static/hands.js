// @ts-check
/** What the agent's hands do on a card: insert, copy, edit, ask why, put away. */

import { composing, copyText, distance } from "./text.js";
import { firstSlot } from "./words.js";

/**
 * @typedef {{words: import("./types.js").Words, step: (step: import("./steps.js").Step) => void,
 *   say: (text: string) => void, textOf: (card: HTMLElement) => string, dismiss: (id: string) => void,
 *   settle: () => void, closed: () => void}} Desk  `closed`: an editor was
 * @typedef {"insert" | "copy"} Way
 */

export class CardHands {
  #host;
  #desk;

  /**
   * @param {HTMLElement} host
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(host, root, desk) {
    this.#host = host;
    this.#desk = desk;
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(/** @type {SubmitEvent} */ (event)));
    root.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)), true);
  }

  /** @param {Event} event */
  #click(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-action]");
    const card = /** @type {HTMLElement | null} */ (button?.closest(".card") ?? null);
    if (!(button instanceof HTMLElement) || !card) return;
    const action = button.dataset.action;
    if (action === "insert" || action === "copy") void this.#use(card, action, this.#desk.textOf(card), false);
    if (action === "say") void this.#use(card, this.#way(), button.dataset.text ?? "", false);
    if (action === "edit") this.#toggleEditor(card);
    if (action === "cancel") this.#closeEditor(card);
    if (action === "why") toggle(card, button, ".why");
    if (action === "dismiss") toggle(card, button, ".dismissal");
    if (action === "reason") this.#putAway(card, button.dataset.reason ?? "none");
    if (action === "unfold") unfold(card, button);
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLElement} */ (event.target);
    const card = /** @type {HTMLElement | null} */ (form.closest(".card"));
    if (!form.matches(".editor")) return;
    const word = event.submitter?.dataset.word;
    if (card) void this.#use(card, word === "copy" ? "copy" : "insert", editorOf(card).area.value, true);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const card = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.(".card"));
    if (event.key !== "Escape" || composing(event) || !card) return;
    const open = card.querySelector(".editor:not([hidden])");
    const panel = card.querySelector('[aria-expanded="true"]:is([data-action="why"], [data-action="dismiss"])');
    if (!open && !panel) return;
    event.stopPropagation();
    if (open) this.#closeEditor(card);
    else if (panel instanceof HTMLElement) {
      panel.click();
      panel.focus();
    }
  }

  /**
   * Hand a text over. One with blanks goes to the editor first: a customer never gets a `{{ blank }}`.
   * @param {HTMLElement} card
   * @param {Way} way
   * @param {string} text
   * @param {boolean} edited it comes from the editor
   */
  async #use(card, way, text, edited) {
    if (!text.trim()) return;
    if (firstSlot(text)) {
      this.#openEditor(card, text);
      this.#desk.say(this.#desk.words.side_slots_left);
      return;
    }
    const suggestionId = card.dataset.id ?? null;
    if (way === "copy" && !(await copyText(text))) {
      this.#desk.say(this.#desk.words.side_copy_failed);
      return;
    }
    if (suggestionId) this.#report(card, suggestionId, way, text, edited);
    if (edited) this.#hideEditor(card);
    if (way === "copy") this.#desk.say(this.#desk.words.side_copied);
    else {
      const source = suggestionId ?? `search:${text}`;
      const detail = { text, suggestionId, source };
      this.#host.dispatchEvent(new CustomEvent("assist-insert", { detail, bubbles: true, composed: true }));
    }
    if (edited) this.#desk.settle();
  }

  /** The one way this host takes a text. @returns {Way} */
  #way() {
    return (this.#host.getAttribute("capabilities") ?? "").split(/\s+/).includes("insert") ? "insert" : "copy";
  }

  /**
   * @param {HTMLElement} card
   * @param {string} suggestionId
   * @param {Way} way
   * @param {string} text
   * @param {boolean} edited
   */
  #report(card, suggestionId, way, text, edited) {
    const changed = edited ? distance(this.#desk.textOf(card), text) : 0;
    if (changed) this.#desk.step({ kind: "edited", suggestion_id: suggestionId, distance: changed });
    this.#desk.step({ kind: way === "copy" ? "copied" : "inserted", suggestion_id: suggestionId });
  }

  /**
   * @param {HTMLElement} card
   * @param {string} reason
   */
  #putAway(card, reason) {
    const suggestionId = card.dataset.id;
    if (!suggestionId) return;
    this.#desk.step({ kind: "dismissed", suggestion_id: suggestionId, reason });
    this.#desk.dismiss(suggestionId);
  }

  /** @param {HTMLElement} card */
  #toggleEditor(card) {
    if (editorOf(card).form.hidden) this.#openEditor(card, this.#desk.textOf(card));
    else this.#closeEditor(card);
  }

  /**
   * @param {HTMLElement} card
   * @param {string} text
   */
  #openEditor(card, text) {
    const { form, area, button } = editorOf(card);
    if (form.hidden) area.value = text;
    form.hidden = false;
    card.classList.add("editing");
    button?.setAttribute("aria-expanded", "true");
    area.focus();
    const slot = firstSlot(area.value);
    if (slot) area.setSelectionRange(slot.start, slot.end);
  }

  /** @param {HTMLElement} card */
  #closeEditor(card) {
    this.#hideEditor(card);
    editorOf(card).button?.focus();
  }

  /** @param {HTMLElement} card */
  #hideEditor(card) {
    const { form, button } = editorOf(card);
    form.hidden = true;
    card.classList.remove("editing");
    button?.setAttribute("aria-expanded", "false");
    this.#desk.closed();
  }
}

/** @param {HTMLElement} card */
function editorOf(card) {
  const form = /** @type {HTMLFormElement} */ (card.querySelector(".editor"));
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const button = /** @type {HTMLElement | null} */ (card.querySelector('[data-action="edit"]'));
  return { form, area, button };
}

/**
 * @param {HTMLElement} card
 * @param {HTMLElement} button
 * @param {string} panel
 */
function toggle(card, button, panel) {
  const element = /** @type {HTMLElement} */ (card.querySelector(panel));
  element.hidden = !element.hidden;
  button.setAttribute("aria-expanded", String(!element.hidden));
}

/**
 * @param {HTMLElement} card
 * @param {HTMLElement} button
 */
function unfold(card, button) {
  const open = card.classList.toggle("unfolded");
  button.setAttribute("aria-expanded", String(open));
  const other = button.dataset.less ?? "";
  button.dataset.less = button.textContent ?? "";
  button.textContent = other;
}
