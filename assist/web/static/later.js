// @ts-check
/** Parts that are fetched when they are first needed, or when the browser has nothing else to do. */

/**
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, lang: string,
 *   say: (text: string) => void, refresh: () => Promise<void>, toggled: () => void}} Desk
 *   `toggled`: searching began or ended
 */

export class Later {
  #root;
  #desk;
  #box;
  /** @type {import("./search.js").Search | undefined} */
  #search;
  /** @type {Promise<void> | undefined} */
  #searching;
  /** @type {import("./remedy.js").RemedyHands | undefined} */
  #remedies;
  /** @type {Promise<void> | undefined} */
  #asking;
  /** @type {typeof import("./remedy.js").spokenBy | undefined} */
  #spokenBy;
  #nowMs = Date.now();

  /**
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(root, desk) {
    this.#root = root;
    this.#desk = desk;
    this.#box = /** @type {HTMLInputElement} */ (root.getElementById("search"));
    this.#box.addEventListener("focus", () => void this.#getSearch());
    const list = /** @type {HTMLElement} */ (root.getElementById("cards"));
    const look = () => void (list.querySelector(".remedy") && this.#getRemedies());
    new MutationObserver(look).observe(list, { childList: true });
    look();
    const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ run) => setTimeout(run, 2000));
    idle(() => void Promise.all([import("./search.js"), import("./remedy.js")]).catch(() => undefined));
  }

  get searching() {
    return Boolean(this.#search?.active);
  }

  focusSearch() {
    void this.#getSearch();
    this.#box.focus();
    this.#box.select();
  }

  clearSearch() {
    // Also what was typed before searching was there.
    this.#box.value = "";
    this.#search?.clear();
  }

  /** What a card says where its text is made here: a hit's, or a remedy's choice. @param {HTMLElement} card */
  textOf(card) {
    return this.#spokenBy?.(card) ?? this.#search?.found.get(card)?.text;
  }

  /** @param {number} nowMs by the server's clock */
  tick(nowMs) {
    this.#nowMs = nowMs;
    this.#remedies?.tick(nowMs);
  }

  #getSearch() {
    this.#searching ??= import("./search.js").then(
      ({ Search }) => {
        const { api, words, toggled } = this.#desk;
        this.#search = new Search(this.#root, api, words, toggled);
        // What was typed meanwhile.
        if (this.#box.value) this.#box.dispatchEvent(new InputEvent("input"));
      },
      () => {
        this.#searching = undefined;
        this.#desk.say(this.#desk.words.side_search_failed);
      },
    );
    return this.#searching;
  }

  #getRemedies() {
    this.#asking ??= import("./remedy.js").then(
      ({ RemedyHands, spokenBy }) => {
        this.#spokenBy = spokenBy;
        this.#remedies = new RemedyHands(this.#root, this.#desk);
        this.#remedies.tick(this.#nowMs);
      },
      // The next change of the list asks again.
      () => void (this.#asking = undefined),
    );
    return this.#asking;
  }
}
