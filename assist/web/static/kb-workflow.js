// @ts-check
/** What becomes of an article's draft: saved by itself, handed in, sent back, published, given up; never overwritten. */

import { fill } from "./words.js";

/** @typedef {import("./kb-fields.js").Body} Body */
/** @typedef {{entry_id: string, number: number, revision: number, draft: any, body: Body, ends: boolean,
 *   published: Body | null, may_write: boolean, may_publish: boolean, language: string, begun: boolean}} State */

const SAVE_AFTER_MS = 1200;

export class Workflow {
  /**
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Words} words
   * @param {State} state
   * @param {{read: () => Body | null, show: (body: Body | null) => void, findings: (found: any[]) => void}} page
   */
  constructor(api, words, state, page) {
    this.api = api;
    this.words = words;
    this.state = state;
    this.page = page;
    this.saved = this.#now();
    if (state.begun && !state.draft) this.saved = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Promise<boolean>} */
    this.saving = Promise.resolve(true);
    this.torn = false;
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    this.showState();
  }

  get dirty() {
    return this.#now() !== this.saved;
  }

  /** Save soon: every change puts it off a little. */
  touched() {
    clearTimeout(this.timer);
    if (!this.dirty || this.torn || !this.state.may_write) return;
    this.say(this.words.kb_unsaved);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** @returns {Promise<boolean>} whether the draft is kept as it stands */
  save() {
    clearTimeout(this.timer);
    this.saving = this.saving.then(() => this.#save());
    return this.saving;
  }

  /** @param {string} verb hand-in, send-back or discard */
  async end(verb, note = "") {
    if (verb !== "discard" && !(await this.save())) return;
    const answer = await this.#verb(verb, { revision: this.state.revision, note });
    if (answer?.status === 200) this.#leave(verb === "discard" ? this.state.published : this.state.draft);
  }

  /** @param {boolean} despite warnings were read */
  async publish(despite) {
    if (!(await this.save()) || !this.state.draft) return;
    this.say(this.words.kb_publishing);
    const answer = await this.#verb("publish", { revision: this.state.revision, note: "", despite_warnings: despite });
    if (answer?.status === 200) this.#leave(answer.data.draft.body);
  }

  /** Show again which buttons make sense. */
  showState() {
    const draft = this.state.draft;
    const waits = draft?.state === "review";
    show("hand-in", this.state.may_write && !waits);
    show("send-back", this.state.may_publish && waits);
    show("discard", this.state.may_write && Boolean(draft));
    const states = { draft: this.words.kb_status_draft, review: this.words.kb_status_review };
    const name = /** @type {"draft" | "review"} */ (draft?.state);
    const told = draft && { who: draft.author, when: time(draft.updated_at) };
    this.say(draft ? fill(states[name], told) : this.state.published ? this.words.kb_status_none : "");
  }

  /** @param {string} text */
  say(text) {
    byId("status").textContent = text;
  }

  #now() {
    const note = /** @type {HTMLInputElement} */ (byId("note")).value;
    return JSON.stringify([this.page.read(), note]);
  }

  async #save() {
    const now = this.#now();
    const kept = Boolean(this.state.draft) || JSON.stringify(this.page.read()) === JSON.stringify(this.state.published);
    if (this.torn) return false;
    if (now === this.saved && kept) return true;
    this.say(this.words.kb_saving);
    const answer = await this.#ask("kb/drafts", {
      kind: "article",
      entry_id: this.state.entry_id,
      body: this.page.read(),
      base_number: this.state.number,
      revision: this.state.revision,
      note: /** @type {HTMLInputElement} */ (byId("note")).value.trim(),
    });
    if (answer?.status !== 200) return this.#refused(answer);
    this.#problem("");
    this.saved = now;
    this.#keep(answer.data);
    if (this.dirty) this.touched();
    return true;
  }

  /** @param {any} draft as the server has it now */
  #keep(draft) {
    if (location.pathname.endsWith("/new")) {
      history.replaceState(null, "", `/kb/article/${draft.entry_id}?lang=${this.state.language}`);
    }
    this.state.draft = draft;
    this.state.revision = draft.revision;
    this.state.number = draft.base_number;
    this.showState();
  }

  /**
   * @param {string} verb
   * @param {object} body
   */
  async #verb(verb, body) {
    if (!this.state.draft) return null;
    const answer = await this.#ask(`kb/drafts/${this.state.draft.id}/${verb}`, body);
    if (answer?.status !== 200) this.#refused(answer);
    return answer;
  }

  /** @param {import("./api.js").Answer | null} answer */
  #refused(answer) {
    const error = answer?.data?.error;
    this.say("");
    if (error?.code === "edited_meanwhile") this.#edited(error);
    else if (error?.code === "changed_meanwhile") this.#changed(error);
    else if (error?.code === "unfit_entry") {
      this.page.findings(error.findings);
      const wrong = error.findings.some((/** @type {any} */ one) => one.level === "error");
      this.#problem(wrong ? this.words.kb_unfit : this.words.kb_unread_warnings);
    } else if (error?.code === "unfit_body") {
      this.#problem(fill(this.words.kb_not_whole, { fields: names(error.findings, this.words) }));
    } else {
      const known = { draft_ended: this.words.kb_draft_ended, not_your_part: this.words.kb_not_yours };
      const said = /** @type {Record<string, string>} */ (known)[error?.code] ?? error?.message;
      this.#problem(answer ? said ?? this.words.kb_failed : this.words.kb_unreachable);
    }
    return false;
  }

  /** @param {any} error somebody saved the draft meanwhile */
  #edited({ theirs }) {
    const told = { who: theirs.author, when: time(theirs.updated_at) };
    this.#tear(fill(this.words.kb_edited, told), this.words.kb_edited_about, theirs.body, {
      keep: () => {
        this.state.draft = theirs;
        this.state.revision = theirs.revision;
      },
      take: () => {
        this.page.show(theirs.body);
        /** @type {HTMLInputElement} */ (byId("note")).value = theirs.note;
        this.saved = this.#now();
        this.#keep(theirs);
      },
    });
  }

  /** @param {any} error the entry was published anew meanwhile */
  #changed({ now, base_number: base }) {
    const told = { who: now.author, n: now.number, base };
    this.#tear(fill(this.words.kb_moved, told), this.words.kb_moved_about, now.body, {
      keep: () => {
        this.state.number = now.number;
        this.saved = "";
      },
      take: () => {
        this.state.number = now.number;
        this.page.show(now.body);
        this.saved = "";
      },
    });
  }

  /**
   * Nothing is saved until a person chose.
   * @param {string} title
   * @param {string} about
   * @param {Body | null} theirs
   * @param {{keep: () => void, take: () => void}} choice
   */
  async #tear(title, about, theirs, choice) {
    this.torn = true;
    const panel = byId("conflict");
    byId("conflict-title").textContent = title;
    byId("conflict-about").textContent = about;
    panel.hidden = false;
    panel.focus();
    byId("keep-mine").onclick = () => this.#chosen(choice.keep);
    byId("take-theirs").onclick = () => this.#chosen(choice.take);
    await showDiff(byId("conflict-diff"), theirs, this.page.read(), this.state.language);
  }

  /** @param {() => void} choice */
  #chosen(choice) {
    choice();
    this.torn = false;
    byId("conflict").hidden = true;
    if (this.dirty) this.save();
    byId("title").focus();
  }

  /** @param {string} text */
  #problem(text) {
    const shown = byId("problem");
    shown.textContent = text;
    shown.hidden = !text;
  }

  /** @param {unknown} left what is there to be seen, nothing: go back to the list */
  #leave(left) {
    this.saved = this.#now();
    location.assign(`${left ? `/kb/article/${this.state.entry_id}` : "/kb"}?lang=${this.state.language}`);
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  #ask(path, body) {
    return this.api.ask(`${path}?lang=${this.state.language}`, body).catch(() => null);
  }
}

/**
 * @param {Element} place
 * @param {Body | null} before
 * @param {Body | null} after
 * @param {string} language
 */
export async function showDiff(place, before, after, language) {
  const answer = await fetch(`/api/v1/kb/diff?lang=${language}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ before: bare(before), after: bare(after) }),
    credentials: "same-origin",
  }).catch(() => null);
  if (answer?.ok) place.innerHTML = await answer.text();
}

/** @param {Body | null} body without its own name, which is the same on both sides */
function bare(body) {
  if (!body) return null;
  const { id, ...rest } = body;
  return rest;
}

/**
 * @param {{field: string}[]} problems
 * @param {import("./types.js").Words} words
 */
function names(problems, words) {
  const fields = new Set(problems.map(({ field }) => field.split(".")[0] ?? ""));
  return [...fields].map((field) => words[`kb_field_${field}`] ?? field).join("、");
}

/** @param {string} at */
function time(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/**
 * @param {string} id
 * @param {boolean} shown
 */
function show(id, shown) {
  const button = document.getElementById(id);
  if (button) button.hidden = !shown;
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
