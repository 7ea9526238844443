// @ts-check
/** The live part of <fresh-assist>: the stream's news become cards, and what the agent does becomes steps. */

import { Api } from "./api.js";
import { CardList, spent } from "./cards.js";
import { Care } from "./care.js";
import { Draft } from "./draft.js";
import { CardHands, primaryOf } from "./hands.js";
import { Keys } from "./keys.js";
import { Later } from "./later.js";
import { StepQueue } from "./steps.js";
import { SharedStream } from "./stream-port.js";
import { Strip } from "./strip.js";
import { TopicChip } from "./topic.js";
import { fill, span, wordingOf, wordsOf } from "./words.js";

const NOTICE_MS = 4000;
const NO_CLOCK = { warn_seconds: Infinity, alarm_seconds: Infinity };
/** So long the host may take to bring a fresh token. */
const TOKEN_MS = 10_000;

export class Assist {
  #host;
  #root;
  #api;
  #words;
  #lang;
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
  /** Who waits for a fresh token. @type {((came: boolean) => void)[]} */
  #tokenWaits = [];
  /** The host was asked, and still has time. @type {ReturnType<typeof setTimeout> | undefined} */
  #wanting;
  #stream;
  #steps;
  #cards;
  #topic;
  #care;
  #draft;
  #later;
  #strip;
  #keys;

  /**
   * @param {import("./fresh-assist.js").FreshAssist} host
   * @param {ShadowRoot} root with the frame in it
   * @param {string | null} token
   */
  constructor(host, root, token) {
    this.#host = host;
    this.#root = root;
    this.#words = wordsOf(root);
    this.#lang = host.getAttribute("lang") || "zh";
    const agent = host.getAttribute("agent") ?? "";
    this.#api = host.source ?? new Api(token, { base: host.base, renew: () => this.#renewed() });
    this.#steps = new StepQueue(this.#api, agent, {
      stale: (id) => this.#stale(id),
      length: (length) => this.#queued(length),
    });
    const list = this.#element("cards");
    this.#cards = new CardList(list, this.#element("more"), this.#words, {
      seen: (id, ms) => this.#shown(id, ms),
      held: (card) => this.#mark(card),
    });
    const desk = { api: this.#api, words: this.#words, lang: this.#lang, say: (/** @type {string} */ text) => this.#say(text) };
    new CardHands(host, root, {
      ...desk,
      step: (step) => this.#step(step),
      tell: (name, detail) => this.#tell(name, detail),
      refused: (text, refused) => this.#draft.refused(text, refused),
      textOf: (card) => this.#textOf(card),
      dismiss: (id) => {
        this.#cards.dismiss(id);
        this.#states();
      },
      settle: () => this.#cards.settle(),
      closed: () => this.#draft.closed(),
    });
    const [refresh, back] = [() => this.#refresh(), () => this.#tell("assist-back", {})];
    this.#topic = new TopicChip(root, desk);
    this.#care = new Care(this.#element("care"), { ...desk, refresh, back });
    this.#strip = new Strip(this.#element("strip"), this.#words, this.#lang);
    this.#draft = new Draft(root, {
      ...desk,
      tell: (name, detail) => this.#tell(name, detail),
      can: (capability) => this.#can(capability),
    });
    this.#later = new Later(root, { ...desk, refresh, toggled: () => this.#states() });
    this.#keys = new Keys(host, root, desk, {
      insert: (rank) => this.#useRanked(rank),
      search: () => this.#later.focusSearch(),
      fix: () => this.#draft.fix(),
      keep: () => this.#care.keepFirst(),
      back: () => {
        this.#later.clearSearch();
        back();
      },
    });
    /** @type {import("./stream-port.js").Hears} */
    const hears = {
      event: (name, data) => this.#news(name, data),
      state: (state) => this.#state(state),
      token: () => this.#wantToken(),
    };
    const where = { base: host.base, lang: this.#lang, mode: host.getAttribute("mode") ?? "cookie", agent };
    this.#stream = host.source?.stream(hears) ?? new SharedStream(where, token, hears);
    this.#element("retry").addEventListener("click", () => this.#retry());
    new ResizeObserver(() => this.#cards.refold()).observe(list);
  }

  start() {
    this.#keys.start();
    this.#stream.start();
    this.#ticking ??= setInterval(() => this.#wait(), 1000);
    this.#render(false);
  }

  stop() {
    this.#stream.stop();
    this.#steps.stop();
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    this.#keys.stop();
  }

  /** The stream has told how things are: cards from elsewhere are older. */
  get ready() {
    return this.#ready;
  }

  get busy() {
    return this.#cards.holding();
  }

  /** @param {string} token */
  set token(token) {
    this.#api.token = token;
    this.#stream.token = token;
    this.#tokenCame(true);
  }

  /** @param {string} text */
  setDraft(text) {
    this.#draft.typed(this.#conversation, text);
  }

  /**
   * @param {string} text
   * @param {any} refused
   */
  draftRefused(text, refused) {
    this.#draft.refused(text, refused);
  }

  conversationChanged() {
    this.#render(true);
  }

  async signOut() {
    await this.#steps.signOut();
    this.stop();
    this.#api.token = null;
    this.#conversations.clear();
    this.#suggestions.clear();
    this.#render(true);
  }

  get #conversation() {
    return this.#host.getAttribute("conversation") ?? "";
  }

  /**
   * @param {string} name
   * @param {any} data
   */
  #news(name, data) {
    if (name !== "snapshot" && name !== "conversation") return;
    const whole = name === "snapshot" && !data.partial;
    /** @type {import("./types.js").Conversation[]} */
    const conversations = data.conversations ?? [data.conversation];
    const before = this.#conversations.get(this.#conversation);
    if (whole) [this.#conversations, this.#suggestions].forEach((kept) => kept.clear());
    for (const one of conversations) this.#conversations.set(one.id, one);
    for (const one of [data.suggestions].flat()) this.#suggestions.set(one.conversation_id, one);
    this.#ready = true;
    this.#host.toggleAttribute("live", true);
    this.#tell("assist-news", { conversations, snapshot: whole, toldAt: data.told_at ?? null });
    if (!whole && !conversations.some((one) => one.id === this.#conversation)) return this.#states();
    this.#render(false);
    const now = this.#conversations.get(this.#conversation);
    if (before && now?.waiting_since && before.last_at !== now.last_at) this.#cards.tellHeld();
  }

  /** @param {boolean} release the conversation changed, cards in hand are let go */
  #render(release) {
    const conversation = this.#conversations.get(this.#conversation);
    const suggestions = this.#suggestions.get(this.#conversation);
    // Until there is news, what the page came with stands.
    if (this.#ready || release) this.#head(conversation);
    // A snapshot leaves out who was answered; what was promised to them is asked for when they are looked at.
    if (conversation && !suggestions) void this.#refresh();
    this.#topic.show(this.#conversation, suggestions?.topic ?? null);
    // Cards stay until it is known that they are gone.
    if (release || (this.#ready && (suggestions || !conversation))) {
      this.#cards.show(suggestions?.html ?? "", release);
      this.#care.show(suggestions?.care_html ?? "", Date.now() + this.#skewMs);
      this.#strip.show(suggestions?.strip_html ?? "", Date.now() + this.#skewMs);
    }
    if (release) {
      this.#draft.typed(this.#conversation, "");
      this.#element("notice").hidden = true;
      this.#later.clearSearch();
    }
    this.#wait();
    this.#states();
  }

  /** @param {import("./types.js").Conversation | undefined} conversation */
  #head(conversation) {
    const named = conversation && (conversation.customer_name || this.#words.side_unnamed);
    this.#element("who").textContent = named ?? this.#words.side_no_conversation;
    const platform = this.#element("platform");
    platform.hidden = !conversation;
    if (conversation) platform.textContent = this.#words[`adapter_${conversation.adapter}`] ?? conversation.adapter;
  }

  /** Which of cards, hits and the empty states is to be seen. */
  #states() {
    const searching = this.#later.searching;
    const cards = this.#suggestions.get(this.#conversation);
    const empty = this.#ready && !searching && this.#cards.empty;
    const chosen = this.#conversations.has(this.#conversation);
    this.#element("skeleton").hidden = this.#ready || searching || !this.#cards.empty;
    this.#element("cards").hidden = searching;
    this.#element("empty").hidden = !(empty && chosen && cards?.turn_id);
    this.#element("idle").hidden = !(empty && chosen && !cards?.turn_id);
    this.#element("pick").hidden = !(empty && !chosen);
    if (!searching) this.#cards.refold();
  }

  #wait() {
    const nowMs = Date.now() + this.#skewMs;
    this.#later.tick(nowMs);
    this.#care.tick(nowMs);
    this.#strip.tick(nowMs);
    const since = this.#conversations.get(this.#conversation)?.waiting_since;
    const wait = this.#element("wait");
    wait.hidden = !since;
    if (!since) return;
    const seconds = (nowMs - Date.parse(since)) / 1000;
    wait.textContent = fill(this.#words.side_waiting, { time: span(this.#words, seconds) });
    const { warn_seconds: warn, alarm_seconds: alarm } = this.#suggestions.get(this.#conversation)?.wait ?? NO_CLOCK;
    wait.classList.toggle("warn", seconds >= warn);
    wait.classList.toggle("long", seconds >= alarm);
  }

  /** @param {import("./stream.js").State} state */
  #state({ online, attempt, waitMs, refused, skewMs }) {
    const dot = this.#element("dot");
    dot.setAttribute("aria-label", (online ? dot.dataset.on : dot.dataset.off) ?? "");
    this.#host.toggleAttribute("offline", !online);
    this.#element("banner").hidden = online;
    this.#steps.open = online;
    this.#host.toggleAttribute("signed-out", refused);
    if (online) {
      this.#skewMs = Math.abs(skewMs) > 2000 ? skewMs : 0;
      this.#tell("assist-clock", { skewMs: this.#skewMs });
      return;
    }
    const seconds = Math.round(waitMs / 1000);
    const lost = seconds > 1 ? this.#words.side_offline_wait : this.#words.side_offline;
    const text = refused ? this.#words.side_signed_out : fill(lost, { n: attempt, seconds });
    this.#element("banner-text").textContent = text;
    this.#element("retry").textContent = refused ? this.#words.side_sign_in : this.#words.side_retry_now;
  }

  #retry() {
    if (this.#host.hasAttribute("signed-out")) this.#tell("assist-signed-out", {});
    else this.#stream.retryNow();
  }

  #wantToken() {
    if (this.#wanting) return;
    this.#wanting = setTimeout(() => this.#tokenCame(false), TOKEN_MS);
    this.#tell("assist-token-wanted", {});
  }

  /** @param {boolean} came */
  #tokenCame(came) {
    clearTimeout(this.#wanting);
    this.#wanting = undefined;
    this.#tokenWaits.splice(0).forEach((done) => done(came));
  }

  /** Ask the host for a fresh token; answers whether one came. A cookie is not ours to renew. */
  #renewed() {
    if (this.#host.getAttribute("mode") !== "token") return Promise.resolve(false);
    return new Promise((/** @type {(came: boolean) => void} */ resolve) => {
      this.#tokenWaits.push(resolve);
      this.#wantToken();
    });
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
    if (conversation) this.#steps.push(conversation, step);
  }

  /**
   * @param {string} id
   * @param {number} visibleMs
   */
  #shown(id, visibleMs) {
    this.#step({ kind: "shown", suggestion_id: id, visible_ms: visibleMs });
    this.#tell("assist-shown", { suggestionId: id, visibleMs });
  }

  /** @param {string} suggestionId */
  #stale(suggestionId) {
    this.#say(this.#words.side_stale);
    this.#tell("assist-stale", { suggestionId });
    void this.#refresh();
  }

  async #refresh() {
    const id = this.#conversation;
    const path = `conversations/${encodeURIComponent(id)}/suggestions?lang=${encodeURIComponent(this.#lang)}`;
    const answer = await this.#api.ask(path).catch(() => null);
    if (answer?.status !== 200) return;
    this.#suggestions.set(id, answer.data);
    if (id === this.#conversation) this.#render(false);
  }

  /** @param {HTMLElement} card */
  #mark(card) {
    const mark = /** @type {HTMLElement | null} */ (card.querySelector(".mark"));
    if (!mark) return;
    const open = this.#suggestions.get(this.#conversation)?.turn_id;
    const gone = spent(card) && mark.dataset.gone;
    mark.textContent = gone || (open ? this.#words.side_more : this.#words.side_answered);
    mark.hidden = false;
  }

  /** @param {HTMLElement} card */
  #textOf(card) {
    return this.#later.textOf(card) ?? wordingOf(card.querySelector(".text"));
  }

  /** @param {string} text */
  #say(text) {
    const notice = this.#element("notice");
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(this.#noticeEnd);
    this.#noticeEnd = setTimeout(() => (notice.hidden = true), NOTICE_MS);
  }

  /** The card or the hit of a rank, as the agent counts them. @param {number} rank */
  #useRanked(rank) {
    const hit = /** @type {HTMLElement | undefined} */ (this.#element("hits").children[rank - 1]);
    const card = this.#later.searching ? hit : this.#cards.ranked(rank);
    if (card) primaryOf(card)?.click();
  }

  /** @param {string} capability */
  #can(capability) {
    return (this.#host.getAttribute("capabilities") ?? "").split(/\s+/).includes(capability);
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #tell(name, detail) {
    this.#host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** @param {string} id */
  #element(id) {
    return /** @type {HTMLElement} */ (this.#root.getElementById(id));
  }
}
