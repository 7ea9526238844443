// @ts-check
/** What the agent's hands do on a card: use it, edit it, ask why, judge it, put it away. */

import { spent } from "./cards.js";
import { Handover, askSlots, wayOf } from "./handover.js";
import { composing, copyText, distance } from "./text.js";
import { firstSlot } from "./words.js";

/**
 * @typedef {import("./handover.js").Desk & {step: (step: import("./steps.js").Step) => void,
 *   textOf: (card: HTMLElement) => string, dismiss: (id: string) => void, settle: () => void, closed: () => void,
 *   tell: (name: string, detail: object) => void}} Desk  `closed`: an editor was
 * @typedef {import("./handover.js").Way} Way
 */

/** Panels and the buttons that open them. */
const PANELS = /** @type {const} */ ({ why: ".why", dismiss: ".dismissal", down: ".verdict" });

export class CardHands {
  /** What was written in an editor and not handed over yet. @type {Map<string, string>} */
  #written = new Map();
  #host;
  #desk;
  #handover;

  /**
   * @param {HTMLElement} host
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(host, root, desk) {
    this.#host = host;
    this.#desk = desk;
    this.#handover = new Handover(host, desk, (card) => this.#gave(card, "send", editorOf(card).area.value, true));
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    root.addEventListener("input", ({ target }) => {
      const card = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest(".editor")?.closest(".card"));
      if (card) this.#written.set(this.#placeOf(card), editorOf(card).area.value);
    });
    root.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)), true);
  }

  /** @param {Event} event */
  #click(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-action]");
    const card = /** @type {HTMLElement | null} */ (button?.closest(".card") ?? null);
    if (!(button instanceof HTMLElement) || !card) return;
    const { action, reason = "none" } = button.dataset;
    if (action === "use") void this.#use(card, this.#desk.textOf(card), false);
    if (action === "say") void this.#use(card, button.dataset.text ?? "", false);
    if (action === "edit") this.#toggleEditor(card);
    if (action === "cancel") {
      this.#written.delete(this.#placeOf(card));
      this.#closeEditor(card);
    }
    if (action === "why" || action === "dismiss") toggle(card, button, PANELS[action]);
    if (action === "reason") this.#putAway(card, reason);
    if (action === "up" || action === "down") this.#rate(card, action, "none");
    if (action === "wrong") this.#rate(card, "down", reason);
    if (action === "unfold") unfold(card, button);
    if (action === "picture") void this.#copyLink(button.dataset.url ?? "");
  }

  /** @param {Event} event */
  #submit(event) {
    const form = /** @type {HTMLElement} */ (event.target);
    const card = /** @type {HTMLElement | null} */ (form.closest(".card"));
    if (!card || !form.matches(".editor")) return;
    event.preventDefault();
    void this.#use(card, editorOf(card).area.value, true);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const card = /** @type {HTMLElement | null} */ (target.closest?.(".card"));
    if (!card || composing(event)) return;
    if (event.key === "Enter" && !event.shiftKey && target.closest(".editor.sends textarea")) {
      event.preventDefault();
      if (!event.repeat) void this.#use(card, editorOf(card).area.value, true);
    }
    if (event.key !== "Escape") return;
    const slots = card.querySelector(".slots .quiet");
    const open = card.querySelector(".editor:not([hidden])");
    const panel = [...card.querySelectorAll('[aria-expanded="true"]')].find(
      (one) => /** @type {HTMLElement} */ (one).dataset.action !== "unfold",
    );
    const verdict = card.querySelector(".verdict:not([hidden])");
    if (!slots && !open && !panel && !verdict) return;
    event.stopPropagation();
    if (slots instanceof HTMLElement) slots.click();
    else if (open) this.#closeEditor(card);
    else if (verdict) closeVerdict(card);
    else if (panel instanceof HTMLElement) {
      panel.click();
      panel.focus();
    }
  }

  /**
   * Hand a text over. Blanks are asked for first: a customer never gets a `{{ blank }}`. What is to be sent is read
   * once more, where it can be changed.
   * @param {HTMLElement} card
   * @param {string} text
   * @param {boolean} edited it comes from the editor
   */
  async #use(card, text, edited) {
    const way = wayOf(this.#host);
    if (!text.trim() || spent(card)) return;
    if (firstSlot(text)) {
      this.#desk.say(this.#desk.words.side_slots_fill);
      return askSlots(card, text, this.#desk.words, (filled) => {
        if (filled !== null) void this.#use(card, filled, edited);
        else if (edited) editorOf(card).area.focus();
        else primaryOf(card)?.focus();
      });
    }
    if (way === "send" && !edited) return this.#openEditor(card, text, true);
    const suggestionId = card.dataset.id ?? null;
    const source = suggestionId ?? `search:${text}`;
    const given = { text, suggestionId, source, images: imagesOf(card) };
    if (await this.#handover.give(card, way, given)) this.#gave(card, way, text, edited);
  }

  /**
   * @param {HTMLElement} card
   * @param {Way} way
   * @param {string} text
   * @param {boolean} edited
   */
  #gave(card, way, text, edited) {
    const suggestionId = card.dataset.id;
    if (suggestionId) {
      const changed = edited ? distance(this.#desk.textOf(card), text) : 0;
      if (changed) this.#desk.step({ kind: "edited", suggestion_id: suggestionId, distance: changed });
      const kind = /** @type {const} */ ({ insert: "inserted", send: "sent", copy: "copied" })[way];
      this.#desk.step({ kind, suggestion_id: suggestionId });
    }
    if (!edited) return;
    this.#written.delete(this.#placeOf(card));
    this.#hideEditor(card);
    if (way === "send") this.#desk.tell("assist-back", {});
    this.#desk.settle();
  }

  /** A picture's own address, whoever's page this is. @param {string} url */
  async #copyLink(url) {
    const { words, say } = this.#desk;
    const copied = await copyText(new URL(url, import.meta.url).href);
    say(copied ? words.card_picture_copied : words.side_copy_failed);
  }

  /**
   * @param {HTMLElement} card
   * @param {"up" | "down"} verdict
   * @param {string} reason
   */
  #rate(card, verdict, reason) {
    const suggestionId = card.dataset.id;
    if (!suggestionId) return;
    for (const one of ["up", "down"]) {
      card.querySelector(`[data-action="${one}"]`)?.setAttribute("aria-pressed", String(one === verdict));
    }
    const panel = card.querySelector(PANELS.down);
    const asks = verdict === "down" && reason === "none";
    panel?.toggleAttribute("hidden", !asks);
    this.#desk.step({ kind: "rated", suggestion_id: suggestionId, verdict, reason });
    this.#desk.tell("assist-feedback", { suggestionId, verdict, reason });
    const { words, say } = this.#desk;
    if (!asks) say(this.#host.getAttribute("mode") === "practice" ? words.card_rated_practice : words.card_rated);
    const next = asks ? panel?.querySelector("button") : card.querySelector(`[data-action="${verdict}"]`);
    if (card.matches(":focus-within")) /** @type {HTMLElement | null} */ (next)?.focus();
  }

  /**
   * @param {HTMLElement} card
   * @param {string} reason
   */
  #putAway(card, reason) {
    const suggestionId = card.dataset.id;
    if (!suggestionId) return;
    const next = card.nextElementSibling ?? card.previousElementSibling;
    const held = card.matches(":focus-within");
    this.#desk.step({ kind: "dismissed", suggestion_id: suggestionId, reason });
    this.#desk.tell("assist-feedback", { suggestionId, dismissed: true, reason });
    this.#desk.dismiss(suggestionId);
    if (!held) return;
    if (next instanceof HTMLElement && next.isConnected) focusCard(next);
    else this.#desk.tell("assist-back", {});
  }

  /** @param {HTMLElement} card */
  #toggleEditor(card) {
    if (editorOf(card).form.hidden) this.#openEditor(card, this.#desk.textOf(card), wayOf(this.#host) === "send");
    else this.#closeEditor(card);
  }

  /**
   * @param {HTMLElement} card
   * @param {string} text
   * @param {boolean} sends Enter sends what stands there
   */
  #openEditor(card, text, sends) {
    const { form, area, button } = editorOf(card);
    if (form.hidden || sends) {
      area.defaultValue = text;
      area.value = this.#written.get(this.#placeOf(card)) ?? text;
    }
    form.hidden = false;
    form.classList.toggle("sends", sends);
    card.classList.add("editing");
    button?.setAttribute("aria-expanded", "true");
    area.focus();
    const slot = firstSlot(area.value);
    if (slot) area.setSelectionRange(slot.start, slot.end);
    // What is to be sent is checked before it is, like any draft.
    if (sends) area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  /** Whose words they are: this customer's card, and the text the editor was opened with. @param {HTMLElement} card */
  #placeOf(card) {
    return [this.#host.getAttribute("conversation"), card.dataset.id, editorOf(card).area.defaultValue].join();
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

/** The green button, where one is to be seen. @param {HTMLElement} card @returns {HTMLElement | undefined} */
export function primaryOf(card) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll('[data-action="use"]'));
  return [...buttons].find((one) => one.offsetParent);
}

/** @param {HTMLElement} card */
export function focusCard(card) {
  card.tabIndex = -1;
  card.focus();
}

/** @param {HTMLElement} card */
function imagesOf(card) {
  const pictures = /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll(".picture"));
  return [...pictures].map(({ dataset }) => ({
    url: new URL(dataset.url ?? "", import.meta.url).href,
    alt: dataset.alt ?? "",
  }));
}

/** @param {HTMLElement} card */
function closeVerdict(card) {
  card.querySelector(PANELS.down)?.setAttribute("hidden", "");
  /** @type {HTMLElement | null} */ (card.querySelector('[data-action="down"]'))?.focus();
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
