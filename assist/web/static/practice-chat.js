// @ts-check
/** The chat that is practised: what was said then, and the answers of now among it. */

const NEAR_MS = 4000;
const LEAST_MS = 400;

export class PracticeChat {
  #words;
  #time;
  #box = /** @type {HTMLElement} */ (document.getElementById("messages"));
  /** Messages that are to be seen. @type {Set<string>} */
  #shown = new Set();
  /** @type {import("./types.js").Message[]} */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;
  #onSaid;

  /**
   * @param {import("./types.js").Words} words
   * @param {string} lang
   * @param {(message: import("./types.js").Message, left: number) => void} onSaid a message of the customer is there
   *   now, so many are still to come
   */
  constructor(words, lang, onSaid) {
    this.#words = words;
    this.#onSaid = onSaid;
    const form = /** @type {const} */ ({ month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
    this.#time = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : lang, { ...form, hour12: false });
  }

  /** Messages of this turn are still to come. */
  get typing() {
    return this.#waiting.length > 0;
  }

  /** Begin anew. */
  clear() {
    clearTimeout(this.#next);
    this.#waiting = [];
    this.#shown.clear();
    this.#box.replaceChildren();
  }

  /** What was really said before. @param {import("./types.js").Message[]} messages */
  before(messages) {
    for (const one of messages) this.#add(one, one.role === "agent" ? this.#words.practice_really : "");
  }

  /**
   * Let the customer say something, a message after the other.
   * @param {import("./types.js").Message[]} messages
   * @param {number} pace so many times as fast as it was; 0 shows all at once
   */
  say(messages, pace) {
    clearTimeout(this.#next);
    this.#waiting = messages.filter((one) => !this.#shown.has(one.id));
    this.reveal();
    if (!pace) while (this.typing) this.reveal();
    else this.#soon(pace);
  }

  /** Show the next message now. */
  reveal() {
    const next = this.#waiting.shift();
    if (!next) return;
    this.#add(next, "");
    this.#onSaid(next, this.#waiting.length);
  }

  /** What was answered here, and not sent. @param {string} text */
  answered(text) {
    const plain = { recalled: false, edited: false, private: false, attachments: [] };
    const message = { id: "", role: "agent", text, occurred_at: "", ...plain };
    this.#add(message, this.#words.practice_own).classList.add("practised");
  }

  /** @param {number} pace */
  #soon(pace) {
    const [next] = this.#waiting;
    const last = /** @type {HTMLElement | null} */ (this.#box.querySelector(".message:last-child"));
    if (!next || !last) return;
    const gap = (Date.parse(next.occurred_at) - Date.parse(last.dataset.at ?? "")) / pace;
    // Hours of silence are not practised.
    this.#next = setTimeout(
      () => {
        this.reveal();
        this.#soon(pace);
      },
      Math.min(Math.max(gap, LEAST_MS), NEAR_MS),
    );
  }

  /**
   * @param {import("./types.js").Message} message
   * @param {string} mark
   */
  #add(message, mark) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("message"));
    const shown = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    if (message.id && this.#shown.has(message.id)) return shown;
    this.#shown.add(message.id);
    shown.classList.add(message.role);
    shown.dataset.at = message.occurred_at;
    const came = message.attachments.map((kind) => this.#words[`attachment_${kind}`] ?? this.#words.attachment_other);
    const put = (/** @type {string} */ part, /** @type {(string | undefined)[]} */ texts, /** @type {string} */ between) => {
      const element = /** @type {HTMLElement} */ (shown.querySelector(part));
      element.textContent = texts.filter(Boolean).join(between);
    };
    put(".said", [message.text, ...came], " ");
    const at = message.occurred_at && this.#time.format(new Date(message.occurred_at));
    const who = message.id ? (this.#words[`role_${message.role}`] ?? message.role) : "";
    put(".foot", [who, at, mark], " · ");
    this.#box.append(shown);
    this.toEnd();
    return shown;
  }

  /** The newest message is to be seen. */
  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
  }
}
