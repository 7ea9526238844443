// @ts-check
/** The agent's own search; its hits look and work like cards, without a suggestion behind them. */

import { foldable } from "./cards.js";
import { fill, showWording } from "./words.js";

const TYPING_MS = 250;

export class Search {
  #box;
  #root;
  #api;
  #words;
  #onToggle;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = "";
  /** Texts of the hits, by element. @type {WeakMap<Element, import("./types.js").Found>} */
  found = new WeakMap();

  /**
   * @param {ShadowRoot} root
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Words} words
   * @param {() => void} onToggle searching began or ended
   */
  constructor(root, api, words, onToggle) {
    this.#root = root;
    this.#api = api;
    this.#words = words;
    this.#onToggle = onToggle;
    this.#box = /** @type {HTMLInputElement} */ (root.querySelector("#search"));
    this.#box.addEventListener("input", (event) => {
      if (/** @type {InputEvent} */ (event).isComposing) return;
      this.#soon();
    });
    this.#box.addEventListener("compositionend", () => this.#soon());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) void this.#search();
    });
  }

  get active() {
    return this.#asked !== "";
  }

  focus() {
    this.#box.focus();
    this.#box.select();
  }

  clear() {
    this.#box.value = "";
    clearTimeout(this.#timer);
    void this.#search();
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#search(), TYPING_MS);
  }

  async #search() {
    clearTimeout(this.#timer);
    const asked = this.#box.value.trim();
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#onToggle();
    if (!asked) return this.#show([], "");
    this.#say(this.#words.side_searching);
    try {
      const { status, data } = await this.#api.ask(`search?top=8&q=${encodeURIComponent(asked)}`);
      if (asked !== this.#asked) return;
      if (status !== 200) throw new DOMException("refused", "NetworkError");
      const { length } = data.found;
      this.#show(data.found, length ? fill(this.#words.side_found, { n: length }) : this.#words.side_found_none);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      if (asked === this.#asked) this.#show([], this.#words.side_search_failed);
    }
  }

  /**
   * @param {import("./types.js").Found[]} found
   * @param {string} said
   */
  #show(found, said) {
    this.#say(said);
    const hits = found.map((one, at) => this.#hit(one, at + 1));
    const list = /** @type {HTMLElement} */ (this.#root.querySelector("#hits"));
    list.replaceChildren(...hits);
    list.hidden = !hits.length;
    hits.forEach(foldable);
  }

  /**
   * @param {import("./types.js").Found} found
   * @param {number} rank
   */
  #hit(found, rank) {
    const template = /** @type {HTMLTemplateElement} */ (this.#root.querySelector("#hit"));
    const card = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    const put = (/** @type {string} */ where, /** @type {string} */ text) => {
      const element = card.querySelector(where);
      if (element) element.textContent = text;
    };
    put("h3", found.title);
    put(".rank", String(rank));
    /** @type {HTMLElement} */ (card.querySelector(".rank")).dataset.digit = String(rank);
    put(".category", this.#words[`category_${found.category}`] ?? found.category);
    put(".like", this.#words.card_like + found.matched);
    const pictures = /** @type {HTMLElement} */ (card.querySelector(".pictures"));
    const one = pictures.firstElementChild;
    pictures.replaceChildren(...found.images.map((image) => this.#picture(/** @type {Element} */ (one), image)));
    pictures.hidden = !found.images.length;
    showWording(/** @type {Element} */ (card.querySelector(".text")), found.text, this.#words);
    if (found.internal) {
      card.querySelector(".internal")?.removeAttribute("hidden");
      card.querySelector(".actions")?.remove();
      card.querySelector(".editor")?.remove();
    }
    this.found.set(card, found);
    return card;
  }

  /**
   * @param {Element} pattern
   * @param {{url: string, alt: string}} image
   */
  #picture(pattern, { url, alt }) {
    const made = /** @type {Element} */ (pattern.cloneNode(true));
    const button = /** @type {HTMLElement} */ (made.querySelector("button"));
    Object.assign(button.dataset, { url, alt });
    button.title = fill(this.#words.card_picture_link, { alt });
    Object.assign(/** @type {HTMLElement} */ (made.querySelector("img")), { alt, src: new URL(url, import.meta.url).href });
    return made;
  }

  /** @param {string} text */
  #say(text) {
    const said = /** @type {HTMLElement} */ (this.#root.querySelector("#found"));
    said.textContent = text;
    said.hidden = !text;
  }
}
