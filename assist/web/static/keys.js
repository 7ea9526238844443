// @ts-check
/** Keys: those with Alt or Ctrl always, single letters on a card only, none while an input method is at work. */

import { focusCard, primaryOf } from "./hands.js";
import { composing } from "./text.js";

/**
 * @typedef {Record<string, string>} KeyMap  action -> key, as assist/domain/key_map.py writes them
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, say: (text: string) => void}} Desk
 * @typedef {{insert: (rank: number) => void, search: () => void, fix: () => boolean, keep: () => boolean,
 *   back: () => void}} Does  a boolean answers whether there was anything to do
 */

/** Characters by their place on the keyboard: with Alt a key may write another one. */
const PLACES = /** @type {Record<string, string>} */ ({
  Slash: "/",
  Period: ".",
  Comma: ",",
  Semicolon: ";",
  Quote: "'",
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Minus: "-",
  Equal: "=",
  Backquote: "`",
});

/** What a key press is called. @param {KeyboardEvent} event */
export function keyOf({ key, code, ctrlKey, altKey, shiftKey, metaKey }) {
  // A full-width ？ of a Chinese keyboard is a ?.
  if (!ctrlKey && !altKey && !metaKey) return key.length === 1 ? key.normalize("NFKC").toLowerCase() : key;
  const place = PLACES[code] ?? code.replace(/^(Key|Digit)/, "");
  return (ctrlKey ? "Ctrl+" : "") + (altKey ? "Alt+" : "") + (shiftKey ? "Shift+" : "") + (metaKey ? "Meta+" : "") + place;
}

/** A key as people read it. @param {string} key @param {string} action */
export function shownKey(key, action) {
  return (action === "insert" ? `${key}–9` : key).replaceAll(/(?<=.)\+(?=.)/g, " ");
}

export class Keys {
  #host;
  #root;
  #desk;
  #does;
  #dialog;
  /** @type {KeyMap} */
  #map;
  #onKey = (/** @type {KeyboardEvent} */ event) => this.#key(event);

  /**
   * @param {HTMLElement} host
   * @param {ShadowRoot} root
   * @param {Desk} desk
   * @param {Does} does
   */
  constructor(host, root, desk, does) {
    this.#host = host;
    this.#root = root;
    this.#desk = desk;
    this.#does = does;
    this.#dialog = /** @type {HTMLDialogElement} */ (root.getElementById("keys"));
    this.#map = JSON.parse(this.#dialog.dataset.keys ?? "{}");
    root.getElementById("keys-open")?.addEventListener("click", () => void this.#help());
    const list = /** @type {HTMLElement} */ (root.querySelector(".frame"));
    new MutationObserver(() => this.#hint()).observe(list, { childList: true, subtree: true });
  }

  start() {
    addEventListener("keydown", this.#onKey);
    void this.#desk.api.ask("me/preferences").then(
      ({ status, data }) => status === 200 && this.#take(data.keys),
      () => undefined,
    );
  }

  stop() {
    removeEventListener("keydown", this.#onKey);
  }

  /** @param {KeyMap} map */
  #take(map) {
    this.#map = map;
    this.#hint();
  }

  /** Say on the page what the keys are. */
  #hint() {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-key]"))) {
      const { key: action = "", digit } = one.dataset;
      const key = this.#map[action] ?? "";
      const shown = one.tagName === "KBD";
      const text = digit ? key.slice(0, -1) + digit : shown ? shownKey(key, action) : key;
      if (digit) one.title = text;
      else if (!shown) one.setAttribute("aria-keyshortcuts", text);
      else if (one.textContent !== text) one.textContent = text;
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // A key held down is one press: the next promise, or the next rewrite, was not meant.
    if (composing(event) || event.repeat || event.defaultPrevented || this.#dialog.open) return;
    const key = keyOf(event);
    if (this.#everywhere(key) || this.#onCard(key)) event.preventDefault();
  }

  /** Answers whether the key was one that is heard everywhere. @param {string} key */
  #everywhere(key) {
    const map = this.#map;
    const digit = key.startsWith(map.insert.slice(0, -1)) && /^[1-9]$/.exec(key.slice(map.insert.length - 1));
    if (digit) this.#does.insert(Number(digit[0]));
    else if (key === map.search) this.#does.search();
    else if (key === map.fix) return this.#does.fix();
    else if (key === map.keep) return this.#does.keep();
    else if (key === map.cards) return this.#move(null, 1);
    else if (key === "Escape" && this.#host.matches(":focus-within")) this.#does.back();
    else return false;
    return true;
  }

  /** Answers whether the key was one for the card that has the focus. @param {string} key */
  #onCard(key) {
    const focus = /** @type {HTMLElement | null} */ (this.#root.activeElement);
    const card = /** @type {HTMLElement | null | undefined} */ (focus?.closest(".card"));
    if (!focus || !card || focus.matches("input:not([type=radio]), textarea, select")) return false;
    const map = this.#map;
    const arrows = !focus.matches("input");
    if (key === map.next || (arrows && key === "ArrowDown")) return this.#move(card, 1);
    if (key === map.previous || (arrows && key === "ArrowUp")) return this.#move(card, -1);
    if (key === "Enter" && focus === card) return press(primaryOf(card));
    if (key === map.help) {
      void this.#help();
      return true;
    }
    const action = ["edit", "why", "up", "down"].find((one) => key === map[one]);
    return Boolean(action) && press(card.querySelector(`[data-action="${action}"]`));
  }

  /**
   * @param {HTMLElement | null} card
   * @param {1 | -1} by
   */
  #move(card, by) {
    const all = /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("#cards > .card, #hits > .card"));
    const cards = [...all].filter((one) => one.offsetParent);
    const next = cards[card ? cards.indexOf(card) + by : 0];
    if (next) focusCard(next);
    return Boolean(card ?? next);
  }

  async #help() {
    const id = /** @type {HTMLElement | null | undefined} */ (this.#root.activeElement?.closest(".card"))?.dataset.id;
    const { showKeys } = await import("./key_help.js");
    const again = () => {
      const cards = /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("#cards > .card"));
      const card = [...cards].find((one) => one.dataset.id === id);
      // Nobody held the card meanwhile: it may have been drawn anew.
      if (card && !this.#root.activeElement) focusCard(card);
    };
    this.#dialog.addEventListener("close", again, { once: true });
    showKeys(this.#dialog, this.#desk, this.#map, (map) => this.#take(map));
  }
}

/** @param {Element | null | undefined} button */
function press(button) {
  if (button instanceof HTMLElement) button.click();
  return button instanceof HTMLElement;
}
