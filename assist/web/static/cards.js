// @ts-check
/** The list of cards: kept in step with the server, never changed under the agent's hands. */

import { Seen } from "./seen.js";

export class CardList {
  #list;
  #onHeld;
  /** Server's markup of each card, to leave unchanged ones alone. @type {Map<string, string>} */
  #sources = new Map();
  /** Cards put away here, whether or not the server knows yet. @type {Set<string>} */
  #dismissed = new Set();
  #html = "";
  #seen;

  /**
   * @param {HTMLElement} list
   * @param {(id: string, visibleMs: number) => void} onSeen
   * @param {(card: HTMLElement) => void} onHeld there is news and the agent has this card in hand
   */
  constructor(list, onSeen, onHeld) {
    this.#list = list;
    this.#onHeld = onHeld;
    this.#seen = new Seen(onSeen);
    list.addEventListener("focusout", () => setTimeout(() => this.settle()));
  }

  /** The agent has the focus in a card or its editor open. */
  holding() {
    return this.#cards().some(held);
  }

  /**
   * Show the server's cards; our own autoescaped HTML.
   * @param {string} html
   * @param {boolean} release let go of cards in hand: the agent went to another conversation
   */
  show(html, release = false) {
    this.#html = html;
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = /** @type {HTMLElement[]} */ (Array.from(template.content.querySelectorAll(".card")));
    const present = new Map(this.#cards().map((card) => [idOf(card), card]));
    const wanted = fresh
      .filter((card) => !this.#dismissed.has(idOf(card)))
      .map((card) => this.#kept(card, present.get(idOf(card)), release));
    const cards = release ? wanted : this.#withHeld(wanted);
    const read = this.#cards().find((card) => card.querySelector(".progress:focus"));
    for (const card of this.#cards()) if (!cards.includes(card)) this.#drop(card);
    this.#place(cards);
    const shown = new Set(cards.map(idOf));
    // Not as cards go: one that is drawn anew goes too, and its successor's markup must stay known.
    for (const id of this.#sources.keys()) if (!shown.has(id)) this.#sources.delete(id);
    if (read && !read.isConnected) focusProgress(cards.find((card) => idOf(card) === idOf(read)));
    for (const card of cards) {
      foldable(card);
      // A remedy on its way is no suggestion: nobody counts whether it was seen.
      if (card.dataset.rank) this.#seen.watch(card, idOf(card));
    }
  }

  /** Tell of each card in hand that there is news. */
  tellHeld() {
    this.#cards().filter(held).forEach(this.#onHeld);
  }

  /** Take up what came while a card was in hand. */
  settle() {
    if (!this.holding()) this.show(this.#html);
  }

  /** @param {string} id */
  dismiss(id) {
    this.#dismissed.add(id);
    const card = this.#cards().find((one) => idOf(one) === id);
    if (card) this.#drop(card);
  }

  get empty() {
    return !this.#list.childElementCount;
  }

  /** @param {number} rank */
  ranked(rank) {
    return this.#cards().find((card) => card.dataset.rank === String(rank) && !card.classList.contains("old"));
  }

  /** Look again at which texts are longer than their lines. */
  refold() {
    this.#cards().forEach(foldable);
  }

  /**
   * @param {HTMLElement} fresh
   * @param {HTMLElement | undefined} now
   * @param {boolean} release
   */
  #kept(fresh, now, release) {
    const id = idOf(fresh);
    if (now && (this.#sources.get(id) === fresh.outerHTML || (held(now) && !release))) {
      now.classList.remove("old");
      if (!held(now)) now.querySelector(".mark")?.setAttribute("hidden", "");
      return now;
    }
    this.#sources.set(id, fresh.outerHTML);
    return fresh;
  }

  /** @param {HTMLElement[]} wanted */
  #withHeld(wanted) {
    const cards = [...wanted];
    this.#cards().forEach((card, index) => {
      if (!held(card) || cards.includes(card)) return;
      this.#onHeld(card);
      card.classList.add("old");
      cards.splice(index, 0, card);
    });
    return cards;
  }

  /**
   * Put the cards in order without moving one in hand: moving an element takes its focus away.
   * @param {HTMLElement[]} cards
   */
  #place(cards) {
    const fixed = cards.filter((card) => card.isConnected && held(card));
    let next = fixed.shift() ?? null;
    for (const card of cards) {
      if (card === next) next = fixed.shift() ?? null;
      else this.#list.insertBefore(card, next);
    }
  }

  /** @param {HTMLElement} card */
  #drop(card) {
    this.#seen.forget(card);
    card.remove();
  }

  #cards() {
    return /** @type {HTMLElement[]} */ (Array.from(this.#list.children));
  }
}

/** @param {HTMLElement} card */
function idOf(card) {
  return card.dataset.id ?? "";
}

/** @param {HTMLElement | undefined} card who reads how far a remedy is goes on reading when it has moved on */
function focusProgress(card) {
  /** @type {HTMLElement | null | undefined} */ (card?.querySelector(".progress"))?.focus({ preventScroll: true });
}

/** @param {HTMLElement} card */
function held(card) {
  const used = card.matches(":focus-within") && !card.querySelector(".progress:focus");
  return used || Boolean(card.querySelector(":is(.editor, .asking):not([hidden])"));
}

/**
 * Offer "more" where a text is longer than its lines.
 * @param {HTMLElement} card
 */
export function foldable(card) {
  const text = card.querySelector(".text");
  const more = card.querySelector(".unfold");
  if (!text || !more || more.getAttribute("aria-expanded") === "true") return;
  more.toggleAttribute("hidden", text.scrollHeight <= text.clientHeight + 2);
}
