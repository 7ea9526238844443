// @ts-check
/** Beside an article's form: its card as agents see it, the test box, what is wrong with it, known questions. */

import { fill } from "./words.js";

/** @typedef {import("./kb-fields.js").Body} Body */

const POLL_MS = 400;

export class Side {
  /**
   * @param {import("./api.js").Api} api
   * @param {import("./types.js").Words} words
   * @param {{entry_id: string, language: string}} state
   * @param {(field: string) => boolean} due whether what is wrong with a field is to be told by now
   */
  constructor(api, words, state, due) {
    this.due = due;
    this.api = api;
    this.words = words;
    this.state = state;
    this.asked = 0;
    /** @type {any[]} what the last check found */
    this.findings = [];
    const card = byId("preview");
    this.root = card.attachShadow({ mode: "open" });
    this.card = document.createElement("div");
    for (const href of (card.dataset.styles ?? "").split(" ")) {
      this.root.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
    }
    this.root.append(this.card);
  }

  /**
   * Show what the server says of a draft; an answer that a newer question overtook is dropped.
   * @param {Body | null} body
   */
  async show(body) {
    const asked = ++this.asked;
    const draft = { kind: "article", entry_id: this.state.entry_id, body };
    const question = /** @type {HTMLInputElement} */ (byId("question")).value;
    const [tried, checked] = await Promise.all([
      this.#ask("kb/try", { ...draft, question }),
      this.#ask("kb/check", draft),
    ]);
    if (asked !== this.asked) return;
    if (tried?.status === 200) this.#showTried(tried.data);
    if (checked?.status === 200) this.showFindings(checked.data.findings);
    byId("length").textContent = body?.text ? fill(this.words.kb_length, { n: [...body.text].length }) : "";
  }

  /** @param {any[]} findings */
  showFindings(findings) {
    this.findings = findings;
    const due = findings.filter((one) => this.due(one.field.split(".")[0]));
    // All that is missing was not begun yet: nothing to say, which is not that all is well.
    byId("lint").hidden = findings.length > 0 && !due.length;
    for (const one of document.querySelectorAll(".at")) one.textContent = "";
    for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const shown = due.map((one) => this.#finding(one));
    if (!findings.length) shown.push(item("good", this.words.kb_lint_good));
    byId("findings").replaceChildren(...shown);
    const pass = byId("pass");
    pass.hidden = !findings.some((one) => one.level === "warning") || findings.some((one) => one.level === "error");
  }

  /** @param {Body | null} body */
  async regress(body) {
    const shown = byId("regression");
    shown.replaceChildren(paragraph(this.words.kb_regression_running));
    const begun = await this.#ask("kb/regression", { kind: "article", entry_id: this.state.entry_id, body });
    if (begun?.status !== 202) {
      const said = begun?.status === 409 ? this.words.kb_regression_busy : this.words.kb_regression_unfit;
      shown.replaceChildren(paragraph(begun ? said : this.words.kb_unreachable));
      return;
    }
    let job = begun.data;
    while (job.state === "running") {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const answer = await this.#ask(`kb/regression/${job.id}`);
      if (answer?.status === 200) job = answer.data;
      else if (answer) break;
    }
    if (job.state === "done") this.#showRegression(job);
    else shown.replaceChildren(paragraph(this.words.kb_regression_failed));
  }

  /** @param {any} tried */
  #showTried(tried) {
    byId("preview-none").hidden = tried.html !== null;
    byId("preview").hidden = tried.html === null;
    this.card.innerHTML = tried.html ?? "";
    byId("tried-draft").replaceChildren(...this.#hits(tried.draft));
    byId("tried-published").replaceChildren(...this.#hits(tried.published));
  }

  /** @param {any[]} hits */
  #hits(hits) {
    const asked = /** @type {HTMLInputElement} */ (byId("question")).value.trim();
    if (!hits.length) return asked ? [item("none", this.words.kb_try_none)] : [];
    return hits.map((hit) => {
      const row = item(hit.shown ? "" : "unshown", "");
      row.classList.toggle("own", hit.draft || hit.article_id === this.state.entry_id);
      const title = document.createElement("strong");
      title.textContent = hit.title;
      const score = document.createElement("span");
      score.textContent = `${this.words[`level_${hit.level}`]} · ${Math.round(hit.score * 100)}%`;
      const why = document.createElement("small");
      const unshown = hit.shown ? [] : [this.words.kb_try_unshown];
      why.textContent = [fill(this.words.kb_try_like, { ask: hit.matched }), ...hit.why, ...unshown].join(" · ");
      row.append(title, score, why);
      return row;
    });
  }

  /** @param {any} finding */
  #finding(finding) {
    const row = item(finding.level, "");
    const kind = document.createElement("b");
    kind.textContent = this.words[`kb_level_${finding.level}`] ?? "";
    const where = finding.rule.startsWith("wrong_") ? this.words[`kb_field_${finding.field.split(".")[0]}`] : "";
    row.append(kind, ` ${[where, finding.message].filter(Boolean).join(" · ")}`);
    if (finding.cure) {
      const cure = document.createElement("span");
      cure.textContent = finding.cure;
      row.append(cure);
    }
    const name = finding.field.split(".")[0];
    const at = document.getElementById(`at-${name}`);
    if (at && finding.level === "error") {
      at.textContent = [at.textContent, finding.message].filter(Boolean).join(" · ");
      document.getElementById(name)?.setAttribute("aria-invalid", "true");
    }
    return row;
  }

  /** @param {any} job */
  #showRegression({ result, titles }) {
    const hits = (/** @type {{hit1: number}} */ side) => Math.round(side.hit1 * result.n);
    const values = { before: hits(result.before), after: hits(result.after), n: result.n };
    const shown = [paragraph(fill(this.words.kb_regression_hits, values), "hits")];
    for (const [name, turned] of /** @type {[string, any[]][]} */ ([["worse", result.worse], ["better", result.better]])) {
      if (!turned.length) continue;
      const list = document.createElement("ul");
      list.className = name;
      for (const one of turned) {
        const after = titles[one.after] ?? this.words.kb_regression_nothing;
        const values = { ask: one.text, right: titles[one.article_id], after };
        list.append(item("", fill(this.words[`kb_regression_${name}`], values)));
      }
      shown.push(paragraph(fill(this.words[`kb_regression_${name}_n`], { n: turned.length })), list);
    }
    byId("regression").replaceChildren(...shown);
  }

  /**
   * @param {string} path
   * @param {object} [body]
   */
  #ask(path, body) {
    return this.api.ask(`${path}?lang=${this.state.language}`, body).catch(() => null);
  }
}

/**
 * @param {string} kind
 * @param {string} text
 */
function item(kind, text) {
  return Object.assign(document.createElement("li"), { className: kind, textContent: text });
}

/**
 * @param {string} text
 * @param {string} [kind]
 * @returns {HTMLElement}
 */
function paragraph(text, kind = "small") {
  return Object.assign(document.createElement("p"), { className: kind, textContent: text });
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
