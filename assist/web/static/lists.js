// @ts-check
/** Lists that wait for somebody: what is done there is said to the server, then they are read anew. */

import { signInAgain } from "./again.js";

const AGAIN_MS = 15000;

/**
 * What came of pressing a button: `told` is read out and the lists are read anew, `trouble` stands beside the button.
 * @typedef {{told: string} | {trouble: string}} Outcome
 */

export class Lists {
  #id;
  #next;
  #does;
  #root;
  #told;

  /**
   * @param {string} id of the element that holds the lists
   * @param {string} next selector of where the focus goes when something is done
   * @param {(form: HTMLFormElement, value: string) => Promise<Outcome>} does what a form's button is for
   */
  constructor(id, next, does) {
    this.#id = id;
    this.#next = next;
    this.#does = does;
    this.#root = /** @type {HTMLElement} */ (document.getElementById(id));
    this.#told = /** @type {HTMLElement} */ (document.getElementById("told"));
    this.#root.addEventListener("submit", (event) => void this.#submit(/** @type {SubmitEvent} */ (event)));
    enable(this.#root);
    signInAgain();
    setInterval(() => void this.#renew(), AGAIN_MS);
    document.addEventListener("visibilitychange", () => void this.#renew());
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (!button || button.disabled) return;
    trouble(form, "");
    button.disabled = true;
    const outcome = await this.#does(form, button.value);
    button.disabled = false;
    if ("trouble" in outcome) {
      trouble(form, outcome.trouble);
      return;
    }
    form.reset();
    await this.#renew(true);
    this.#told.textContent = outcome.told;
  }

  /** Somebody writes here, or is about to press or follow something: nothing is moved under their hands. */
  #held() {
    const written = [...this.#root.querySelectorAll("textarea")].some((area) => area.value.trim());
    return written || Boolean(document.activeElement?.closest(`#${this.#id} :is(form, a)`));
  }

  /** Read the page again and show its lists. @param {boolean} anyway even while somebody is there: they just finished */
  async #renew(anyway = false) {
    if (document.hidden || (this.#held() && !anyway)) return;
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || (this.#held() && !anyway)) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(this.#id);
    if (!fresh) return;
    enable(fresh);
    if (fresh.innerHTML !== this.#root.innerHTML) {
      const kept = this.#drafts();
      this.#root.replaceChildren(...fresh.childNodes);
      for (const [id, text] of kept) {
        const area = this.#root.querySelector(`[data-id="${CSS.escape(id)}"] textarea`);
        if (area instanceof HTMLTextAreaElement) area.value = text;
      }
    }
    if (anyway) this.#focusNext();
  }

  /** What stands in other fields stays there. */
  #drafts() {
    const areas = [...this.#root.querySelectorAll("textarea")].filter((area) => area.value);
    return new Map(
      areas.map((area) => [/** @type {HTMLElement} */ (area.closest("[data-id]")).dataset.id ?? "", area.value]),
    );
  }

  /** The button that had the focus is gone with what it was for: on to the next, else to the top. */
  #focusNext() {
    const next = this.#root.querySelector(this.#next) ?? this.#root.querySelector("h2");
    if (!(next instanceof HTMLElement)) return;
    if (next.matches("h2")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }
}

/** Buttons come disabled: pressed before this script listens, they would do nothing. @param {HTMLElement} within */
function enable(within) {
  for (const button of within.querySelectorAll("button")) button.disabled = false;
}

/** @param {HTMLFormElement} form @param {string} text */
function trouble(form, text) {
  const line = /** @type {HTMLElement} */ (form.querySelector(".trouble"));
  line.textContent = text;
  line.hidden = !text;
}
