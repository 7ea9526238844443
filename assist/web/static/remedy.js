// @ts-check
/**
 * Remedy cards: the choice between remedies, the amount, the claim's clock, and asking for the money.
 *
 * All texts come with the card, each choice's steps too: nothing here waits for the server but the money.
 */

import { newKey } from "./api.js";
import { moment, wind } from "./clocks.js";
import { primaryOf } from "./hands.js";
import { amountOf, withAmount, yuan } from "./money.js";
import { composing } from "./text.js";
import { fill, showWording } from "./words.js";

/**
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, lang: string,
 *   say: (text: string) => void, refresh: () => Promise<void>}} Desk
 * @typedef {{place: string, amount: string}} Choice
 */

/** How long the focus follows what was just asked for: older news may still be on its way. */
const FOLLOW_MS = 5000;

export class RemedyHands {
  #root;
  #desk;
  /** What the agent chose on each card: it outlives the card being drawn anew. @type {Map<string, Choice>} */
  #choices = new Map();
  /** What was asked last on each card: the same again goes under the same key. @type {Map<string, {body: string, key: string}>} */
  #asked = new Map();
  #nowMs = Date.now();
  /** The card whose progress has the focus once it is there. */
  #following = { id: "", until: 0 };

  /**
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(root, desk) {
    this.#root = root;
    this.#desk = desk;
    root.addEventListener("change", (event) => this.#changed(/** @type {HTMLElement} */ (event.target)));
    root.addEventListener("input", (event) => this.#typed(/** @type {HTMLElement} */ (event.target)));
    root.addEventListener("click", (event) => this.#click(/** @type {HTMLElement} */ (event.target)));
    root.addEventListener("submit", (event) => this.#submit(event));
    root.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)), true);
    const list = /** @type {HTMLElement} */ (root.getElementById("cards"));
    new MutationObserver((changes) => {
      for (const node of changes.flatMap((change) => [...change.addedNodes])) {
        if (node instanceof HTMLElement && node.matches(".remedy")) this.#dress(node);
      }
    }).observe(list, { childList: true });
    // Those that were there first: this module comes when one is.
    for (const card of list.querySelectorAll(".remedy")) this.#dress(/** @type {HTMLElement} */ (card));
  }

  /** Bring the clocks up to the minute. @param {number} nowMs by the server's clock */
  tick(nowMs) {
    this.#nowMs = nowMs;
    for (const clock of this.#root.querySelectorAll("p.clock")) {
      wind(/** @type {HTMLElement} */ (clock), nowMs, this.#desk.words, this.#desk.lang);
    }
  }

  /** @param {HTMLElement} card new in the list, or drawn anew */
  #dress(card) {
    const choice = this.#choices.get(idOf(card));
    if (choice) {
      const radio = /** @type {HTMLInputElement | null} */ (card.querySelector(`.tiers [value="${choice.place}"]`));
      if (radio) radio.checked = true;
      const field = roomOf(card, choice.place);
      if (field && choice.amount) field.value = choice.amount;
    }
    for (const time of card.querySelectorAll("time")) {
      time.textContent = moment(Date.parse(time.dateTime), this.#desk.lang);
    }
    if (card.querySelector(".tier")) this.#choose(card);
    this.tick(this.#nowMs);
    this.#follow(card);
  }

  /** @param {HTMLElement} target */
  #changed(target) {
    const card = cardOf(target);
    if (card && target.matches(".tiers input")) this.#choose(card);
  }

  /** @param {HTMLElement} target */
  #typed(target) {
    const card = cardOf(target);
    if (card && target.matches(".room input")) this.#choose(card);
  }

  /**
   * Show the chosen remedy's steps, amount and button.
   * @param {HTMLElement} card
   */
  #choose(card) {
    const tier = tierOf(card);
    const place = placeOf(tier);
    const field = roomOf(card, place);
    // What was asked for is no choice of whoever looks at it now.
    if (!tier.dataset.given) this.#choices.set(idOf(card), { place, amount: field?.value ?? "" });
    for (const part of card.querySelectorAll(".steps, .room")) {
      part.toggleAttribute("hidden", /** @type {HTMLElement} */ (part).dataset.option !== place);
    }
    const fen = amountOf(tier, field);
    field?.setAttribute("aria-invalid", String(fen === null));
    const before = Number(tier.dataset.fen);
    if (fen !== null) this.#word(card, place, before, fen);
    const shown = card.querySelector(".amount");
    if (shown) shown.textContent = (fen ?? before) ? yuan(fen ?? before) : "";
    this.#label(card, tier, fen);
  }

  /**
   * Put an amount the agent chose into the texts that named the proposed one.
   * @param {HTMLElement} card
   * @param {string} place
   * @param {number} before
   * @param {number} fen
   */
  #word(card, place, before, fen) {
    for (const step of card.querySelectorAll(`.steps[data-option="${place}"] li`)) {
      const button = /** @type {HTMLElement | null} */ (step.querySelector(".use"));
      const text = step.querySelector("p");
      if (!button || !text) continue;
      button.dataset.given ??= button.dataset.text ?? "";
      const said = before === fen ? button.dataset.given : withAmount(button.dataset.given, before, fen);
      if (said === button.dataset.text) continue;
      button.dataset.text = said;
      showWording(text, said, this.#desk.words);
    }
  }

  /**
   * @param {HTMLElement} card
   * @param {HTMLElement} tier
   * @param {number | null} fen null: what stands in the field is no amount to give
   */
  #label(card, tier, fen) {
    const money = card.querySelector(".money");
    if (!money) return;
    const words = this.#desk.words;
    const asks = tier.dataset.asks === "yes";
    money.toggleAttribute("hidden", tier.dataset.kind === "explanation");
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (card.querySelectorAll(".pay[data-register]"))) {
      button.textContent = (asks ? button.dataset.submit : button.dataset.register) ?? "";
      button.disabled = fen === null;
    }
    const kind = words[`remedy_kind_${tier.dataset.kind}`] ?? "";
    const goods = card.querySelector(".goods")?.textContent ?? "";
    const sum = fill(goods ? words.remedy_sum : words.remedy_sum_bare, { kind, amount: fen ? yuan(fen) : "", goods });
    put(card, ".asking .sum", sum.replace(/\s+/g, " "));
    const label = /** @type {HTMLElement | null} */ (card.querySelector(".asking label span"));
    if (label) label.textContent = (asks ? label.dataset.required : label.dataset.optional) ?? "";
    card.querySelector(".asking textarea")?.toggleAttribute("required", asks);
    const between = /** @type {HTMLElement | null} */ (card.querySelector(".room:not([hidden]) span"));
    const field = roomOf(card, placeOf(tier));
    if (between && field) {
      const [from, to] = [yuan(Number(field.dataset.from)), yuan(Number(field.dataset.to))];
      between.textContent = fill(fen === null ? words.remedy_outside : words.remedy_between, { from, to });
    }
  }

  /** @param {HTMLElement} target */
  #click(target) {
    const button = /** @type {HTMLButtonElement | null} */ (target.closest("[data-money]"));
    const card = button && cardOf(button);
    if (!button || !card) return;
    const does = button.dataset.money;
    if (does === "open") this.#open(card, Boolean(askingOf(card).hidden));
    if (does === "cancel") this.#open(card, false);
    const remedy = /** @type {HTMLElement | null} */ (button.closest("[data-remedy]"))?.dataset.remedy ?? "";
    const words = this.#desk.words;
    if (does === "done") void this.#send(card, `remedies/${remedy}/done`, {}, words.remedy_settled, button);
    if (does === "withdraw") void this.#send(card, `remedies/${remedy}/withdraw`, {}, words.remedy_withdrew, button);
  }

  /** @param {Event} event */
  #submit(event) {
    const form = /** @type {HTMLElement} */ (event.target);
    const card = cardOf(form);
    if (!card || !form.matches(".asking")) return;
    event.preventDefault();
    const tier = tierOf(card);
    const fen = amountOf(tier, roomOf(card, placeOf(tier)));
    if (fen === null) return;
    const reason = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea")).value.trim();
    const asks = tier.dataset.asks === "yes";
    const wish = { suggestion_id: idOf(card), kind: tier.dataset.kind, amount_fen: fen, reason };
    const body = { ...wish, step_id: this.#keyOf(card, wish) };
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    const words = this.#desk.words;
    void this.#send(card, "remedies", body, asks ? words.remedy_sent_up : words.remedy_asked, button);
  }

  /**
   * The key of one asking: the same wish again, after no answer came, is the same asking.
   * @param {HTMLElement} card
   * @param {object} wish
   */
  #keyOf(card, wish) {
    const body = JSON.stringify(wish);
    const asked = this.#asked.get(idOf(card));
    const key = asked?.body === body ? asked.key : newKey();
    this.#asked.set(idOf(card), { body, key });
    return key;
  }

  /**
   * @param {HTMLElement} card
   * @param {string} path
   * @param {Record<string, unknown>} body
   * @param {string} done
   * @param {HTMLButtonElement} button
   */
  async #send(card, path, body, done, button) {
    if (button.disabled) return;
    const before = button.textContent;
    button.disabled = true;
    button.textContent = this.#desk.words.remedy_busy;
    const answer = await this.#desk.api.ask(path, body).catch(() => null);
    button.disabled = false;
    button.textContent = before;
    if (answer && answer.status < 300) {
      this.#asked.delete(idOf(card));
      this.#desk.say(done);
      return this.#renew(card);
    }
    this.#trouble(card, answer);
  }

  /**
   * Let go of the card, so that it is drawn anew, and put the focus on where the remedy now stands.
   * @param {HTMLElement} card
   */
  async #renew(card) {
    const asking = card.querySelector(".asking");
    asking?.setAttribute("hidden", "");
    const active = this.#root.activeElement;
    if (active instanceof HTMLElement) active.blur();
    this.#following = { id: idOf(card), until: performance.now() + FOLLOW_MS };
    await this.#desk.refresh();
    const cards = /** @type {HTMLElement[]} */ ([...this.#root.querySelectorAll("#cards .card")]);
    const now = cards.find((one) => idOf(one) === idOf(card));
    if (now) this.#follow(now);
  }

  /** Put the focus on the progress of what was asked for, unless it is anywhere by now. @param {HTMLElement} card */
  #follow(card) {
    const { id, until } = this.#following;
    if (idOf(card) !== id || performance.now() > until || this.#root.activeElement) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    /** @type {HTMLElement | null} */ (card.querySelector(".progress"))?.focus({ preventScroll: true });
  }

  /**
   * @param {HTMLElement} card
   * @param {import("./api.js").Answer | null} answer
   */
  #trouble(card, answer) {
    const words = this.#desk.words;
    const code = answer?.data?.error?.code;
    const why = words[`remedy_problem_${code}`] ?? answer?.data?.error?.message ?? String(answer?.status);
    const said = !answer || answer.status >= 500 ? words.remedy_offline : fill(words.remedy_refused, { why });
    put(card, ".asking .trouble", said);
    card.querySelector(".asking .trouble")?.removeAttribute("hidden");
    this.#desk.say(said);
    if (answer?.status === 409) void this.#desk.refresh();
  }

  /**
   * @param {HTMLElement} card
   * @param {boolean} open
   */
  #open(card, open) {
    const asking = askingOf(card);
    const opener = /** @type {HTMLElement} */ (card.querySelector('[data-money="open"]'));
    asking.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    put(card, ".asking .trouble", "");
    card.querySelector(".asking .trouble")?.setAttribute("hidden", "");
    const needed = asking.querySelector("textarea[required]") ?? asking.querySelector("[type=submit]");
    /** @type {HTMLElement} */ (open ? needed : opener).focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const card = cardOf(target);
    if (!card || composing(event)) return;
    if (event.key === "Escape" && card.querySelector(".asking:not([hidden])")) {
      event.stopPropagation();
      this.#open(card, false);
    } else if (event.key === "Enter" && target.matches(".tiers input, .room input")) {
      event.preventDefault();
      primaryOf(card)?.click();
    }
  }
}

/**
 * What a remedy card says now: the chosen steps, one a line; null where the card has no steps of its own.
 * @param {HTMLElement} card
 */
export function spokenBy(card) {
  const said = /** @type {HTMLElement | null} */ (card.querySelector(".said[data-text]"));
  const steps = /** @type {HTMLElement[]} */ ([...card.querySelectorAll(".steps:not([hidden]) .use")]);
  if (!said && !steps.length) return null;
  return said ? (said.dataset.text ?? "") : steps.map((one) => one.dataset.text ?? "").join("\n");
}

/** @param {HTMLElement} target */
function cardOf(target) {
  return /** @type {HTMLElement | null} */ (target.closest?.(".card.remedy") ?? null);
}

/** @param {HTMLElement} card */
function idOf(card) {
  return card.dataset.id ?? "";
}

/** @param {HTMLElement} card */
function tierOf(card) {
  return /** @type {HTMLElement} */ (card.querySelector(".tiers input:checked") ?? card.querySelector(".tier"));
}

/** @param {HTMLElement} tier */
function placeOf(tier) {
  return tier instanceof HTMLInputElement ? tier.value : (tier.dataset.value ?? "0");
}

/**
 * @param {HTMLElement} card
 * @param {string} place
 */
function roomOf(card, place) {
  return /** @type {HTMLInputElement | null} */ (card.querySelector(`.room[data-option="${place}"] input`));
}

/** @param {HTMLElement} card */
function askingOf(card) {
  return /** @type {HTMLElement} */ (card.querySelector(".asking"));
}

/**
 * @param {HTMLElement} card
 * @param {string} selector
 * @param {string} text
 */
function put(card, selector, text) {
  const element = card.querySelector(selector);
  if (element) element.textContent = text;
}
