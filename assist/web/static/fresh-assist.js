// @ts-check
/**
 * <fresh-assist>: the sidebar, beside any chat. Its inside comes with the page (assist_frame.html).
 *
 * Attributes: `conversation`, `lang`, `mode` ("cookie", or "token": set the `token` property), `capabilities`
 * ("insert send copy": what the host can do with a text).
 * Events out, all bubbling and composed: `assist-insert` {text, suggestionId, source}, `assist-back` (to the composer),
 * `assist-news` {conversations, snapshot}, `assist-clock` {skewMs}, `assist-stale` {suggestionId}, `assist-signed-out`,
 * `assist-draft` {text} (the draft becomes this), `assist-reason` {text, reason} (send it, and why all the same).
 * In: `setDraft(text)` as the agent types, `draftRefused(text, refused)` when sending was answered with 409 `guarded`.
 */

import { Api } from "./api.js";
import { CardList } from "./cards.js";
import { Care } from "./care.js";
import { Draft } from "./draft.js";
import { CardHands } from "./hands.js";
import { RemedyHands, spokenBy } from "./remedy.js";
import { Search } from "./search.js";
import { StepQueue } from "./steps.js";
import { Stream } from "./stream.js";
import { composing } from "./text.js";
import { TopicChip } from "./topic.js";
import { fill, span, wordsOf } from "./words.js";

const NOTICE_MS = 4000;

export class FreshAssist extends HTMLElement {
  static observedAttributes = ["conversation"];

  /** @type {string | null} */
  #token = null;
  /** @type {Map<string, import("./types.js").Conversation>} */
  #conversations = new Map();
  /** @type {Map<string, import("./types.js").Suggestions>} */
  #suggestions = new Map();
  #ready = false;
  #skewMs = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #noticeEnd;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;
  /** @type {Stream | undefined} */
  #stream;
  /** @type {StepQueue | undefined} */
  #steps;
  /** @type {CardList | undefined} */
  #cards;
  /** @type {Search | undefined} */
  #search;
  /** @type {TopicChip | undefined} */
  #topic;
  /** @type {RemedyHands | undefined} */
  #remedies;
  /** @type {Care | undefined} */
  #care;
  /** @type {Draft | undefined} */
  #draft;
  /** @type {import("./types.js").Words} */
  #words = {};
  #onKey = (/** @type {KeyboardEvent} */ event) => this.#key(event);

  /** A Bearer token for mode="token"; kept in memory only. @param {string} token */
  set token(token) {
    this.#token = token;
    if (this.isConnected) this.#start();
  }

  /** The agent has a card in hand: the host should not change the conversation by itself. */
  get busy() {
    return Boolean(this.#cards?.holding());
  }

  /** What the agent has typed so far. @param {string} text */
  setDraft(text) {
    this.#draft?.typed(this.#conversation, text);
  }

  /**
   * A text was not sent: 409 `guarded`.
   * @param {string} text
   * @param {any} refused the answer's `error`
   */
  draftRefused(text, refused) {
    this.#draft?.refused(text, refused);
  }

  connectedCallback() {
    this.#words = wordsOf(this.#root);
    if (this.getAttribute("mode") !== "token" || this.#token) this.#start();
  }

  disconnectedCallback() {
    this.#stream?.stop();
    this.#steps?.stop();
    clearInterval(this.#ticking);
    removeEventListener("keydown", this.#onKey);
    this.#stream = undefined;
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(_name, before, now) {
    if (before !== now && this.#stream) this.#render(true);
  }

  get #root() {
    if (!this.shadowRoot) throw new Error("fresh-assist needs its declarative shadow root (assist_frame.html)");
    return this.shadowRoot;
  }

  get #conversation() {
    return this.getAttribute("conversation") ?? "";
  }

  #start() {
    if (this.#stream) return;
    const api = new Api(this.#token);
    const root = this.#root;
    const list = this.#element("cards");
    const steps = new StepQueue(api, (id) => this.#stale(id), (length) => this.#queued(length));
    this.#steps = steps;
    this.#cards = new CardList(
      list,
      (id, ms) => this.#step({ kind: "shown", suggestion_id: id, visible_ms: ms }),
      (card) => this.#mark(card),
    );
    this.#search = new Search(root, api, this.#words, () => this.#states());
    new CardHands(this, root, {
      words: this.#words,
      step: (step) => this.#step(step),
      say: (text) => this.#say(text),
      textOf: (card) => this.#textOf(card),
      dismiss: (id) => {
        this.#cards?.dismiss(id);
        this.#states();
      },
      settle: () => this.#cards?.settle(),
      closed: () => this.#draft?.closed(),
    });
    this.#element("retry").addEventListener("click", () => this.#retry());
    addEventListener("keydown", this.#onKey);
    new ResizeObserver(() => this.#cards?.refold()).observe(list);
    const lang = this.getAttribute("lang") ?? "zh";
    const desk = { api, words: this.#words, lang, say: (/** @type {string} */ text) => this.#say(text) };
    this.#topic = new TopicChip(root, desk);
    const [refresh, back] = [() => this.#refresh(), () => this.#tell("assist-back", {})];
    this.#care = new Care(this.#element("care"), { ...desk, refresh, back });
    this.#draft = new Draft(root, {
      ...desk,
      tell: (name, detail) => this.#tell(name, detail),
      can: (capability) => this.#can(capability),
    });
    this.#remedies = new RemedyHands(root, { ...desk, refresh });
    this.#stream = new Stream(
      `/api/v1/stream?lang=${encodeURIComponent(lang)}`,
      () => /** @type {Record<string, string>} */ (api.headers()),
      (name, data) => this.#news(name, data),
      (state) => this.#state(state),
    );
    void this.#stream.start();
    this.#ticking = setInterval(() => this.#wait(), 1000);
    this.#render(true);
  }

  /**
   * @param {string} name
   * @param {any} data
   */
  #news(name, data) {
    let more = false;
    if (name === "snapshot") {
      this.#conversations = new Map(data.conversations.map((/** @type {any} */ one) => [one.id, one]));
      this.#suggestions = new Map(data.suggestions.map((/** @type {any} */ one) => [one.conversation_id, one]));
      this.#ready = true;
    } else if (name === "conversation") {
      const before = this.#conversations.get(data.conversation.id);
      more = Boolean(data.conversation.waiting_since) && before?.last_at !== data.conversation.last_at;
      this.#conversations.set(data.conversation.id, data.conversation);
      this.#suggestions.set(data.conversation.id, data.suggestions);
    } else {
      return;
    }
    const conversations = name === "snapshot" ? data.conversations : [data.conversation];
    this.#tell("assist-news", { conversations, snapshot: name === "snapshot" });
    if (!conversations.some((/** @type {any} */ one) => one.id === this.#conversation)) return this.#states();
    this.#render(false);
    if (more) this.#cards?.tellHeld();
  }

  /** @param {boolean} release the conversation changed, cards in hand are let go */
  #render(release) {
    const conversation = this.#conversations.get(this.#conversation);
    const named = conversation && (conversation.customer_name || this.#words.side_unnamed);
    this.#element("who").textContent = named ?? this.#words.side_no_conversation;
    const platform = this.#element("platform");
    platform.hidden = !conversation;
    if (conversation) platform.textContent = this.#words[`adapter_${conversation.adapter}`] ?? conversation.adapter;
    const suggestions = this.#suggestions.get(this.#conversation);
    // A snapshot leaves out who was answered; what was promised to them is asked for when they are looked at.
    if (conversation && !suggestions) void this.#refresh();
    this.#topic?.show(this.#conversation, suggestions?.topic ?? null);
    this.#cards?.show(suggestions?.html ?? "", release);
    this.#care?.show(suggestions?.care_html ?? "", Date.now() + this.#skewMs);
    if (release) {
      this.#draft?.typed(this.#conversation, "");
      this.#element("notice").hidden = true;
      if (this.#search?.active) this.#search.clear();
    }
    this.#wait();
    this.#states();
  }

  /** Which of cards, hits and the empty states is to be seen. */
  #states() {
    const searching = Boolean(this.#search?.active);
    const cards = this.#suggestions.get(this.#conversation);
    const empty = this.#ready && !searching && Boolean(this.#cards?.empty);
    const chosen = this.#conversations.has(this.#conversation);
    this.#element("skeleton").hidden = this.#ready || searching;
    this.#element("cards").hidden = searching;
    this.#element("empty").hidden = !(empty && chosen && cards?.turn_id);
    this.#element("idle").hidden = !(empty && chosen && !cards?.turn_id);
    this.#element("pick").hidden = !(empty && !chosen);
    if (!searching) this.#cards?.refold();
  }

  #wait() {
    this.#remedies?.tick(Date.now() + this.#skewMs);
    this.#care?.tick(Date.now() + this.#skewMs);
    const since = this.#conversations.get(this.#conversation)?.waiting_since;
    const wait = this.#element("wait");
    wait.hidden = !since;
    if (!since) return;
    const seconds = (Date.now() + this.#skewMs - Date.parse(since)) / 1000;
    wait.textContent = fill(this.#words.side_waiting, { time: span(this.#words, seconds) });
    wait.classList.toggle("long", seconds >= 40);
  }

  /** @param {import("./stream.js").State} state */
  #state({ online, attempt, waitMs, refused, skewMs }) {
    const dot = this.#element("dot");
    dot.setAttribute("aria-label", (online ? dot.dataset.on : dot.dataset.off) ?? "");
    this.toggleAttribute("offline", !online);
    this.#element("banner").hidden = online;
    if (online) {
      this.#skewMs = Math.abs(skewMs) > 2000 ? skewMs : 0;
      this.#tell("assist-clock", { skewMs: this.#skewMs });
      void this.#steps?.flush();
      return;
    }
    const seconds = Math.round(waitMs / 1000);
    const lost = seconds > 1 ? this.#words.side_offline_wait : this.#words.side_offline;
    const text = refused ? this.#words.side_signed_out : fill(lost, { n: attempt, seconds });
    this.#element("banner-text").textContent = text;
    this.#element("retry").textContent = refused ? this.#words.side_sign_in : this.#words.side_retry_now;
    this.toggleAttribute("signed-out", refused);
  }

  #retry() {
    if (this.hasAttribute("signed-out")) this.#tell("assist-signed-out", {});
    else this.#stream?.retryNow();
  }

  /** @param {number} length */
  #queued(length) {
    const queued = this.#element("queued");
    queued.hidden = !length;
    queued.textContent = fill(this.#words.side_queued, { n: length });
  }

  /** @param {import("./steps.js").Step} step */
  #step(step) {
    const conversation = this.#conversation;
    if (conversation) this.#steps?.push(conversation, step);
  }

  /** @param {string} suggestionId */
  #stale(suggestionId) {
    this.#say(this.#words.side_stale);
    this.#tell("assist-stale", { suggestionId });
    void this.#refresh();
  }

  async #refresh() {
    const id = this.#conversation;
    const lang = encodeURIComponent(this.getAttribute("lang") ?? "zh");
    const path = `conversations/${encodeURIComponent(id)}/suggestions?lang=${lang}`;
    const answer = await new Api(this.#token).ask(path).catch(() => null);
    if (answer?.status !== 200) return;
    this.#suggestions.set(id, answer.data);
    if (id === this.#conversation) this.#render(false);
  }

  /** @param {HTMLElement} card */
  #mark(card) {
    const mark = /** @type {HTMLElement | null} */ (card.querySelector(".mark"));
    if (!mark) return;
    const open = this.#suggestions.get(this.#conversation)?.turn_id;
    mark.textContent = open ? this.#words.side_more : this.#words.side_answered;
    mark.hidden = false;
  }

  /** @param {HTMLElement} card */
  #textOf(card) {
    const cards = this.#suggestions.get(this.#conversation)?.suggestions ?? [];
    const kept = cards.find((one) => one.id === card.dataset.id)?.text ?? this.#search?.found.get(card)?.text;
    return spokenBy(card) ?? kept ?? card.querySelector(".text")?.textContent ?? "";
  }

  /** @param {string} text */
  #say(text) {
    const notice = this.#element("notice");
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(this.#noticeEnd);
    this.#noticeEnd = setTimeout(() => (notice.hidden = true), NOTICE_MS);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // A key held down is one press: the next promise, or the next rewrite, was not meant.
    if (composing(event) || event.repeat || event.ctrlKey || event.metaKey) return;
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (event.altKey && digit) {
      const card = this.#search?.active ? undefined : this.#cards?.ranked(Number(digit[1]));
      const first = this.#can("insert") ? "insert" : "copy";
      const button = /** @type {HTMLElement | null | undefined} */ (card?.querySelector(`[data-action=${first}]`));
      event.preventDefault();
      button?.click();
    } else if (event.altKey && event.code === "KeyK") {
      if (this.#care?.keepFirst()) event.preventDefault();
    } else if (event.altKey && event.code === "KeyR") {
      if (this.#draft?.fix()) event.preventDefault();
    } else if (event.altKey && event.code === "Slash") {
      event.preventDefault();
      this.#search?.focus();
    } else if (event.key === "Escape" && this.matches(":focus-within")) {
      if (this.#search?.active) this.#search.clear();
      this.#tell("assist-back", {});
    }
  }

  /** @param {string} capability */
  #can(capability) {
    return (this.getAttribute("capabilities") ?? "").split(/\s+/).includes(capability);
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** @param {string} id */
  #element(id) {
    return /** @type {HTMLElement} */ (this.#root.getElementById(id));
  }
}

customElements.define("fresh-assist", FreshAssist);
