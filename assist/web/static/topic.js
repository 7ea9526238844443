// @ts-check
/** What the customer's question is about, as a chip, and the agent's correction of it. */

import { newKey } from "./api.js";
import { composing } from "./text.js";
import { fill } from "./words.js";

/**
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, lang: string,
 *   say: (text: string) => void}} Desk
 */

export class TopicChip {
  #root;
  #desk;
  /** @type {import("./types.js").Topic | null} */
  #topic = null;
  #conversation = "";
  /** The labels to choose from, read when first asked for. @type {Promise<boolean> | undefined} */
  #labels;
  /** A correction on its way: the same again is sent under the same key. @type {{body: string, key: string}} */
  #sent = { body: "", key: "" };

  /**
   * @param {ShadowRoot} root
   * @param {Desk} desk
   */
  constructor(root, desk) {
    this.#root = root;
    this.#desk = desk;
    this.#chip.addEventListener("click", () => void this.#toggle());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#correct();
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || composing(event)) return;
      event.stopPropagation();
      this.#close(true);
    });
    this.#element("topic-cancel").addEventListener("click", () => this.#close(true));
  }

  /**
   * @param {string} conversation
   * @param {import("./types.js").Topic | null} topic
   */
  show(conversation, topic) {
    const same = conversation === this.#conversation && topic?.turn_id === this.#topic?.turn_id;
    this.#conversation = conversation;
    this.#topic = topic;
    if (!same) this.#close(false);
    this.#element("topic").hidden = !topic;
    if (!topic) return;
    const words = this.#desk.words;
    const name = `${topic.category_name} · ${topic.intent_name}`;
    const shown = topic.sure ? name : fill(words.topic_unsure, { name });
    const said = topic.words.map((word) => fill(words.topic_word, { word: word.text })).join(" ");
    const source = topic.corrected_by ? fill(words.topic_by, { name: topic.corrected_by }) : said;
    this.#element("topic-name").textContent = shown;
    this.#element("topic-source").textContent = source;
    const whole = [fill(words.topic_is, { name: shown }), said && fill(words.topic_from, { words: said })];
    if (topic.corrected_by) whole.push(source);
    this.#element("topic").title = whole.filter(Boolean).join("\n");
    this.#chip.setAttribute("aria-label", [...whole.filter(Boolean), words.topic_correct].join(" "));
  }

  async #toggle() {
    if (!this.#form.hidden) return this.#close(true);
    const topic = this.#topic;
    if (!topic || !(await this.#known())) return this.#desk.say(this.#desk.words.topic_unread);
    if (topic.turn_id !== this.#topic?.turn_id) return;
    this.#select("category").value = topic.category;
    this.#select("intent").value = topic.intent;
    this.#form.hidden = false;
    this.#chip.setAttribute("aria-expanded", "true");
    this.#select("category").focus();
  }

  /** @param {boolean} back give the focus back to the chip */
  #close(back) {
    this.#form.hidden = true;
    this.#chip.setAttribute("aria-expanded", "false");
    if (back) this.#chip.focus();
  }

  async #correct() {
    const topic = this.#topic;
    if (!topic) return;
    const chosen = { category: this.#select("category").value, intent: this.#select("intent").value };
    if (chosen.category === topic.category && chosen.intent === topic.intent) return this.#close(true);
    const body = { turn_id: topic.turn_id, ...chosen };
    const text = JSON.stringify(body);
    if (this.#sent.body !== text) this.#sent = { body: text, key: newKey() };
    const path = `conversations/${encodeURIComponent(this.#conversation)}/topic`;
    const answer = await this.#desk.api.ask(path, { ...body, step_id: this.#sent.key }).catch(() => null);
    const words = this.#desk.words;
    if (answer?.status === 200) {
      this.#sent = { body: "", key: "" };
      this.#close(true);
      this.#desk.say(words.topic_kept);
    } else if (answer?.status === 409 || answer?.status === 404) {
      this.#close(true);
      this.#desk.say(words.topic_moved);
    } else {
      // Labels that were dropped since are read anew.
      if (answer?.status === 422) this.#labels = undefined;
      this.#desk.say(answer?.status === 422 ? words.topic_refused : words.topic_failed);
    }
  }

  /** Read the labels once; answers whether they are there. */
  async #known() {
    this.#labels ??= this.#desk.api.ask(`topics?lang=${encodeURIComponent(this.#desk.lang)}`).then(
      ({ status, data }) => {
        if (status !== 200) return false;
        fillSelect(this.#select("category"), data.categories);
        fillSelect(this.#select("intent"), data.intents);
        return true;
      },
      () => false,
    );
    const known = await this.#labels;
    if (!known) this.#labels = undefined;
    return known;
  }

  get #chip() {
    return this.#element("topic-chip");
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.#element("topic-form"));
  }

  /** @param {"category" | "intent"} name */
  #select(name) {
    return /** @type {HTMLSelectElement} */ (this.#element(`topic-${name}`));
  }

  /** @param {string} id */
  #element(id) {
    return /** @type {HTMLElement} */ (this.#root.getElementById(id));
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {{id: string, name: string}[]} labels
 */
function fillSelect(select, labels) {
  select.replaceChildren(...labels.map(({ id, name }) => new Option(name, id)));
}
