// @ts-check
/** The list of cards: kept in step with the server, never changed or moved under the agent's hands. */

import { Seen } from "./seen.js";
import { fill } from "./words.js";

/**
 * @typedef {{seen: (id: string, visibleMs: number) => void, held: (card: HTMLElement) => void}} Hears
 *   `held`: there is news, and the agent has this card in hand
 */

export class CardList {
  #list;
  #pill;
  #words;
  #hears;
  /** Server's markup of each card, to leave unchanged ones alone. @type {Map<string, string>} */
  #sources = new Map();
  /** Cards put away here, whether or not the server knows yet. @type {Set<string>} */
  #dismissed = new Set();
  #html = "";
  #seen;

  /**
   * @param {HTMLElement} list may have the page's first cards in it
   * @param {HTMLElement} pill says how many cards wait above the one in hand
   * @param {import("./types.js").Words} words
   * @param {Hears} hears
   */
  constructor(list, pill, words, hears) {
    this.#list = list;
    this.#pill = pill;
    this.#words = words;
    this.#hears = hears;
    // Until there is news the first cards are all there is to come back to.
    this.#html = list.innerHTML;
    this.#seen = new Seen((id, ms) => hears.seen(id, ms));
    this.#cards().forEach((card) => this.#sources.set(idOf(card), card.outerHTML));
    this.#cards().forEach((card) => this.#dress(card));
    list.addEventListener("focusout", () => setTimeout(() => this.settle()));
    pill.addEventListener("click", () => this.#showWaiting());
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
    const wanted = this.#wanted(release);
    if (!release && this.holding()) this.#showAround(wanted);
    else this.#showAll(wanted);
    const shown = new Set(this.#cards().map(idOf));
    // Not as cards go: one that is drawn anew goes too, and its successor's markup must stay known.
    for (const id of this.#sources.keys()) if (!shown.has(id)) this.#sources.delete(id);
    this.#cards().forEach((card) => this.#dress(card));
  }

  /** Tell of each card in hand that there is news. */
  tellHeld() {
    this.#cards().filter(held).forEach((card) => this.#hears.held(card));
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

  /** The server's cards, each as it stands here where it did not change or is in hand. @param {boolean} release */
  #wanted(release) {
    const template = document.createElement("template");
    template.innerHTML = this.#html;
    // Pictures and pages of ours are at the server, whoever's page this is.
    for (const one of template.content.querySelectorAll("img, a")) {
      const name = one.matches("a") ? "href" : "src";
      one.setAttribute(name, new URL(one.getAttribute(name) ?? "", import.meta.url).href);
    }
    const fresh = /** @type {HTMLElement[]} */ (Array.from(template.content.querySelectorAll(".card")));
    const present = new Map(this.#cards().map((card) => [idOf(card), card]));
    return fresh
      .filter((card) => !this.#dismissed.has(idOf(card)))
      .map((card) => this.#kept(card, present.get(idOf(card)), release));
  }

  /**
   * @param {HTMLElement} fresh
   * @param {HTMLElement | undefined} now
   * @param {boolean} release
   */
  #kept(fresh, now, release) {
    if (now && (this.#sources.get(idOf(fresh)) === fresh.outerHTML || (held(now) && !release))) {
      const back = now.classList.contains("old");
      if (back) current(now, true);
      if (back || !held(now)) now.querySelector(".mark")?.setAttribute("hidden", "");
      return now;
    }
    return fresh;
  }

  /** @param {HTMLElement[]} wanted */
  #showAll(wanted) {
    const read = this.#cards().find((card) => card.querySelector(".progress:focus"));
    for (const card of this.#cards()) if (!wanted.includes(card)) this.#drop(card);
    this.#place(wanted);
    this.#pill.hidden = true;
    if (read && !read.isConnected) focusProgress(wanted.find((card) => idOf(card) === idOf(read)));
  }

  /**
   * A card is in hand. What stands above the last one held stays as it is, so that none moves; new cards go below it,
   * and those that belong above are told of by the pill.
   * @param {HTMLElement[]} wanted
   */
  #showAround(wanted) {
    const here = this.#cards();
    const last = here.findLastIndex(held);
    const fixed = here.slice(0, last + 1);
    for (const card of fixed) if (!wanted.some((one) => idOf(one) === idOf(card))) this.#retire(card);
    for (const card of here.slice(last + 1)) if (!wanted.includes(card)) this.#drop(card);
    const isFixed = (/** @type {HTMLElement} */ card) => fixed.some((one) => idOf(one) === idOf(card));
    const border = wanted.findLastIndex(isFixed);
    const waiting = wanted.filter((card, index) => !isFixed(card) && (index < border || index === 0));
    const below = wanted.filter((card) => !isFixed(card) && !waiting.includes(card));
    for (const card of waiting) if (card.isConnected) this.#drop(card);
    this.#place([...fixed, ...below]);
    this.#pill.hidden = !waiting.length;
    this.#pill.textContent = fill(this.#words.more_above, { n: waiting.length });
  }

  /** The agent wants to see them now: the card in hand may move, and stays in hand. */
  #showWaiting() {
    const wanted = this.#wanted(false);
    const kept = this.#cards().filter((card) => held(card) && !wanted.includes(card));
    this.#showAll([...wanted, ...kept]);
    this.#cards().forEach((card) => this.#dress(card));
    wanted[0]?.scrollIntoView({ block: "nearest" });
    const first = /** @type {HTMLElement | null | undefined} */ (wanted[0]?.querySelector("button:not([hidden])"));
    first?.focus({ preventScroll: true });
  }

  /** Gone for the server, and in hand here or above one that is. @param {HTMLElement} card */
  #retire(card) {
    current(card, false);
    this.#hears.held(card);
  }

  /**
   * Put the cards in order without moving one in hand: moving an element takes its focus away.
   * @param {HTMLElement[]} cards
   */
  #place(cards) {
    let at = this.#list.firstElementChild;
    for (const card of cards) {
      if (card === at || (card.isConnected && held(card))) {
        at = card.nextElementSibling;
        continue;
      }
      if (!card.isConnected) this.#sources.set(idOf(card), card.outerHTML);
      this.#list.insertBefore(card, at);
    }
  }

  /** @param {HTMLElement} card */
  #dress(card) {
    foldable(card);
    // A remedy on its way is no suggestion: nobody counts whether it was seen.
    if (card.dataset.rank) this.#seen.watch(card, idOf(card));
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

/**
 * Whether a card can no longer be used: one that is not current stays insertable, unless an amount stands on it.
 * @param {HTMLElement} card
 */
export function spent(card) {
  return card.matches(".old:is(.remedy, .offer)");
}

/**
 * @param {HTMLElement} card
 * @param {boolean} is
 */
function current(card, is) {
  card.classList.toggle("old", !is);
  const uses = card.querySelectorAll('[data-action="use"], [data-action="say"], .editor [type="submit"]');
  for (const button of uses) button.toggleAttribute("disabled", spent(card));
}

/** @param {HTMLElement | undefined} card who reads how far a remedy is goes on reading when it has moved on */
function focusProgress(card) {
  /** @type {HTMLElement | null | undefined} */ (card?.querySelector(".progress"))?.focus({ preventScroll: true });
}

/** @param {HTMLElement} card */
function held(card) {
  const used = card.matches(":focus-within") && !card.querySelector(".progress:focus");
  return used || Boolean(card.querySelector(":is(.editor, .asking, .slots):not([hidden])"));
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
