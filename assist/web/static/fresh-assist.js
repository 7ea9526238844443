// @ts-check
/**
 * <fresh-assist>: the sidebar, beside any chat, on our pages, in an iframe or in a host's own page. Protocol 1.0.
 *
 * This first module imports nothing: it puts the frame up and the first cards in, and then asks for the rest
 * (assist.js), which makes them live. Keys and clicks before that moment do nothing; what the host calls is kept.
 *
 * Attributes
 *   `src`           the server's address, where it is not the one this file came from
 *   `conversation`  our id of the conversation shown; may change at any time
 *   `lang`          "zh", "zh-TW" or "en"
 *   `mode`          "cookie" (our own pages), or "token": set the `token` property. "practice" waits for `source`
 *   `agent`         the agent's id: tabs of the same agent share one stream, and steps outlive a reload. Without it
 *                   neither. Set it before the token.
 *   `capabilities`  what the host can do with a text: "insert send copy hotkeys"
 *   `theme`         "light" or "dark"; as the system when absent
 *   Set by the element: `live` (cards follow the conversation, keys work), `offline`, `signed-out`
 *
 * Properties and methods
 *   `token`                   a Bearer token, write only, kept in memory; set again whenever there is a newer one
 *   `busy`                    the agent has a card in hand: do not change the conversation by yourself
 *   `setDraft(text)`          what the agent has typed so far
 *   `draftRefused(text, refused)`  sending was answered with 409 `guarded`; `refused` is the answer's `error`
 *   `selectConversation(id)`  the same as setting `conversation`
 *   `signOut()`               forgets token, queued steps and cards of this agent; resolves when it is done
 *
 * Events out, all bubbling and composed, detail in braces
 *   `assist-insert` {text, suggestionId, source}, `assist-send` {text, suggestionId, source}: do it with this text
 *   `assist-copied` {suggestionId}, `assist-feedback` {suggestionId, ...}, `assist-shown` {suggestionId, visibleMs}
 *   `assist-draft` {text}: the draft becomes this. `assist-reason` {text, reason}: send it, and why all the same
 *   `assist-back` {}: the focus goes back to the composer. `assist-stale` {suggestionId}: it cannot be used any more
 *   `assist-news` {conversations, snapshot, toldAt}: conversations that changed; with `snapshot` they are all there are;
 *                 `toldAt` is when the server announced it, ms since 1970, or null
 *   `assist-clock` {skewMs}: how far the server's clock is ahead
 *   `assist-token-wanted` {}: the token was refused or is not there; set `token` within ten seconds
 *   `assist-signed-out` {}: the agent asks to sign in again
 *
 * New attributes, events and fields may come in 1.x; none goes or changes its meaning before 2.0.
 */

export const VERSION = "1.0";

const AGAIN_MS = 5000;

/**
 * @typedef {import("./assist.js").Assist} Assist
 * @typedef {import("./practice-source.js").PracticeSource} Source
 */

export class FreshAssist extends HTMLElement {
  static observedAttributes = ["conversation"];

  /** @type {string | null} */
  #token = null;
  /** The rest, once it is there. @type {Assist | undefined} */
  #live;
  #started = false;
  #draft = "";
  /** @type {Promise<ShadowRoot> | undefined} */
  #frame;

  /** What it speaks with in place of the server, in practice mode. @type {Source | null} */
  #source = null;

  get source() {
    return this.#source;
  }

  /** For mode="practice", once. @param {Source | null} source */
  set source(source) {
    this.#source = source;
    if (this.isConnected) void this.#start();
  }

  /** A Bearer token for mode="token". @param {string} token */
  set token(token) {
    this.#token = token;
    if (this.#live) this.#live.token = token;
    else if (this.isConnected) void this.#start();
  }

  get busy() {
    return Boolean(this.#live?.busy);
  }

  /** @param {string} text */
  setDraft(text) {
    this.#draft = text;
    this.#live?.setDraft(text);
  }

  /**
   * @param {string} text
   * @param {any} refused the answer's `error`
   */
  draftRefused(text, refused) {
    this.#live?.draftRefused(text, refused);
  }

  /** @param {string} id */
  selectConversation(id) {
    this.setAttribute("conversation", id);
  }

  async signOut() {
    this.#token = null;
    await this.#live?.signOut();
  }

  /** The server's address without a slash at its end; "" where this page is its own. */
  get base() {
    const src = this.getAttribute("src");
    if (src) return new URL(src, location.href).href.replace(/\/+$/, "");
    const { origin } = new URL(import.meta.url);
    return origin === location.origin ? "" : origin;
  }

  /** What its mode needs is not there yet. */
  get #lacks() {
    const mode = this.getAttribute("mode");
    return (mode === "token" && !this.#token) || (mode === "practice" && !this.#source);
  }

  connectedCallback() {
    if (this.#live) this.#live.start();
    else if (this.#lacks) void this.#framed();
    else void this.#start();
  }

  disconnectedCallback() {
    this.#live?.stop();
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(_name, before, now) {
    if (before === now) return;
    if (this.#live) this.#live.conversationChanged();
    else if (this.#started) void this.#firstCards();
  }

  async #start() {
    if (this.#started) return;
    this.#started = true;
    const rest = this.#rest();
    const root = await this.#framed();
    void this.#firstCards();
    const { Assist } = await rest;
    this.#live = new Assist(this, root, this.#token);
    if (this.isConnected) this.#live.start();
    if (this.#draft) this.#live.setDraft(this.#draft);
  }

  /** The rest, however often it has to be asked for. @returns {Promise<typeof import("./assist.js")>} */
  async #rest() {
    for (;;) {
      try {
        return await import("./assist.js");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        const root = await this.#framed();
        root.getElementById("banner")?.removeAttribute("hidden");
        this.toggleAttribute("offline", true);
        await this.#again(root);
      }
    }
  }

  /** After a while, or when the agent says so. @param {ShadowRoot} [root] */
  #again(root) {
    return new Promise((resolve) => {
      setTimeout(resolve, AGAIN_MS);
      root?.getElementById("retry")?.addEventListener("click", resolve, { once: true });
    });
  }

  /** The frame came with the page, or it is asked for. */
  #framed() {
    this.#frame ??= this.shadowRoot ? Promise.resolve(this.shadowRoot) : this.#fetched();
    return this.#frame;
  }

  /** @returns {Promise<ShadowRoot>} */
  async #fetched() {
    const lang = encodeURIComponent(this.getAttribute("lang") ?? "");
    for (;;) {
      const answer = await fetch(`${this.base}/embed/frame?lang=${lang}`).catch(() => null);
      if (answer?.ok) return this.#attached(await answer.text());
      await this.#again();
    }
  }

  /** Our own HTML, without data. @param {string} html */
  async #attached(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const sheets = [...template.content.querySelectorAll("link")].map((link) => {
      link.href = this.base + link.getAttribute("href");
      return new Promise((resolve) => {
        link.addEventListener("load", resolve);
        link.addEventListener("error", resolve);
      });
    });
    const frame = /** @type {HTMLElement} */ (template.content.querySelector(".frame"));
    const root = this.attachShadow({ mode: "open" });
    // Without its looks it is not worth seeing.
    frame.hidden = true;
    root.append(template.content);
    await Promise.all(sheets);
    frame.hidden = false;
    return root;
  }

  /** The cards came with the page, or they are asked for; from then on the live part keeps them. */
  async #firstCards() {
    const root = await this.#framed();
    const id = this.getAttribute("conversation");
    const list = root.getElementById("cards");
    if (this.#source || !id || !list || list.dataset.conversation === id) return;
    const path = `conversations/${encodeURIComponent(id)}/suggestions?lang=${this.getAttribute("lang") ?? "zh"}`;
    /** @type {Record<string, string>} */
    const headers = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    const answer = await fetch(`${this.base}/api/v1/${path}`, { headers }).catch(() => null);
    const cards = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!cards?.html || this.#live?.ready || this.getAttribute("conversation") !== id) return;
    list.innerHTML = cards.html;
    list.dataset.conversation = id;
    root.getElementById("skeleton")?.setAttribute("hidden", "");
  }
}

customElements.define("fresh-assist", FreshAssist);
