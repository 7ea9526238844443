// @ts-check
/** The article's form: what it says as an entry, and an entry put into it. */

import { fill } from "./words.js";

/** @typedef {Record<string, any>} Body */

const LINES = ["asks", "asks_en"];
const TEXTS = ["title", "title_en", "category", "intent", "reviewed", "text", "text_en"];
/** The order in which canonical entries have their keys, so that two of them compare as text. */
const KEYS = "id title title_en category intent products asks asks_en facts reviewed internal images text text_en".split(" ");

export class Fields {
  /**
   * @param {HTMLFormElement} form
   * @param {import("./types.js").Words} words
   * @param {() => void} changed called after every change by hand
   */
  constructor(form, words, changed) {
    this.form = form;
    this.words = words;
    this.changed = changed;
    /** @type {Body[]} pictures by the order of their rows; only their words are fields */
    this.images = [];
    /** @type {WeakMap<Element, Body>} what each figure was, for what the form does not show */
    this.figures = new WeakMap();
    /** @type {HTMLTextAreaElement} */
    this.writing = /** @type {HTMLTextAreaElement} */ (this.#field("text"));
    form.addEventListener("input", () => this.#touched());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLTextAreaElement && target.name.startsWith("text")) this.writing = target;
    });
    form.addEventListener("click", ({ target }) => this.#pressed(/** @type {Element} */ (target)));
    const more = /** @type {HTMLSelectElement} */ (this.#id("more-slots"));
    more.addEventListener("change", () => {
      if (more.value) this.#insert(`{{ ${more.value} }}`);
      more.value = "";
    });
    this.#id("upload").addEventListener("change", () => this.#upload());
  }

  /** @param {Body} body */
  show(body) {
    for (const name of TEXTS) this.#field(name).value = typeof body[name] === "string" ? body[name] : "";
    for (const name of LINES) this.#field(name).value = list(body[name]).join("\n");
    const products = new Set(list(body.products));
    for (const box of this.#boxes()) box.checked = products.has(box.value);
    /** @type {HTMLInputElement} */ (this.#id("internal")).checked = body.internal === true;
    this.#id("facts").replaceChildren();
    for (const [name, fact] of Object.entries(body.facts ?? {})) this.#addFact(name, fact);
    this.images = list(body.images).map((one) => ({ ...one }));
    this.#showImages();
    const english = /** @type {HTMLDetailsElement} */ (this.#id("english"));
    english.open = Boolean(body.title_en || body.text_en || list(body.asks_en).length);
    this.#said();
  }

  /** @returns {Body} what the form says; what is empty is left out */
  read() {
    /** @type {Body} */
    const said = {};
    for (const name of TEXTS) said[name] = this.#field(name).value.trim();
    for (const name of LINES) said[name] = lines(this.#field(name).value);
    said.products = this.#boxes().filter((box) => box.checked).map((box) => box.value);
    said.internal = /** @type {HTMLInputElement} */ (this.#id("internal")).checked;
    said.facts = this.#facts();
    said.images = this.#pictures();
    return Object.fromEntries(KEYS.filter((key) => !empty(said[key])).map((key) => [key, said[key]]));
  }

  #touched() {
    this.#said();
    this.changed();
  }

  /** Tell what follows from the fields: the figures that may be put in, and the products chosen. */
  #said() {
    const names = Object.keys(this.#facts());
    this.#id("own-slots").replaceChildren(...names.map((name) => this.#slotButton(name)));
    const chosen = this.#boxes().filter((box) => box.checked).map((box) => box.parentElement?.textContent ?? "");
    this.#id("products-said").textContent = chosen.join("、") || this.words.kb_choose;
  }

  /** @param {string} name */
  #slotButton(name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button slot own";
    button.dataset.slot = name;
    button.textContent = name;
    return button;
  }

  /** @param {Element} target */
  #pressed(target) {
    const button = target.closest("button");
    if (button?.dataset.slot) this.#insert(`{{ ${button.dataset.slot} }}`);
    else if (button?.id === "add-fact") this.#addFact("", {}).querySelector("input")?.focus();
    else if (button && "remove" in button.dataset) this.#remove(button);
  }

  /** @param {string} text put where the caret is */
  #insert(text) {
    const field = this.writing;
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    this.#touched();
  }

  /** @param {Element} button */
  #remove(button) {
    const row = /** @type {Element} */ (button.parentElement);
    if (row.classList.contains("image")) {
      this.images = this.#pictures();
      this.images.splice([...this.#id("images").children].indexOf(row), 1);
      this.#showImages();
    } else row.remove();
    this.#touched();
  }

  /**
   * @param {string} name
   * @param {Body} fact
   */
  #addFact(name, fact) {
    const row = this.#row("fact");
    this.figures.set(row, fact);
    const values = { name, use: "", ...fact, ...fact.source };
    for (const field of inputs(row, "fact")) {
      const value = values[/** @type {string} */ (field.dataset.fact)];
      if (field.type === "checkbox") /** @type {HTMLInputElement} */ (field).checked = value === true;
      else field.value = value === undefined || value === null ? "" : String(value);
    }
    row.setAttribute("aria-label", name || this.words.kb_add_fact);
    const use = /** @type {HTMLSelectElement} */ (row.querySelector("[data-fact=use]"));
    const own = /** @type {HTMLElement} */ (row.querySelector(".own"));
    const choose = () => (own.hidden = Boolean(use.value));
    use.addEventListener("change", choose);
    choose();
    this.#id("facts").append(row);
    return row;
  }

  #facts() {
    /** @type {Body} */
    const facts = {};
    for (const row of this.#id("facts").children) {
      const said = Object.fromEntries(inputs(row, "fact").map((one) => [one.dataset.fact, one]));
      const name = said.name?.value.trim();
      if (name) facts[name] = said.use?.value ? { use: said.use.value } : ownFact(/** @type {any} */ (said), this.figures.get(row)?.source);
    }
    return facts;
  }

  #pictures() {
    return [...this.#id("images").children].map((row, at) => {
      const [alt, altEnglish] = inputs(row, "image").map((field) => field.value.trim());
      return { url: this.images[at]?.url, alt: alt ?? "", ...(altEnglish ? { alt_en: altEnglish } : {}) };
    });
  }

  #showImages() {
    const rows = this.images.map((image) => {
      const row = this.#row("image");
      /** @type {HTMLImageElement} */ (row.querySelector("img")).src = image.url;
      for (const field of inputs(row, "image")) field.value = image[/** @type {string} */ (field.dataset.image)] ?? "";
      return row;
    });
    this.#id("images").replaceChildren(...rows);
  }

  async #upload() {
    const input = /** @type {HTMLInputElement} */ (this.#id("upload"));
    const file = input.files?.[0];
    if (!file) return;
    const refused = this.#id("upload-refused");
    refused.textContent = "";
    const path = `/api/v1/kb/media?${new URLSearchParams({ name: file.name.slice(0, 200) })}`;
    const answer = await fetch(path, { method: "POST", body: file, credentials: "same-origin" }).catch(() => null);
    input.value = "";
    if (answer?.status !== 201) {
      refused.textContent = answer ? this.words.kb_image_refused : this.words.kb_unreachable;
      return;
    }
    const alt = fill(this.words.kb_image_named, { name: file.name.replace(/\.\w+$/, "") });
    this.images = [...this.#pictures(), { url: (await answer.json()).url, alt }].slice(0, 4);
    this.#showImages();
    this.#touched();
  }

  /** @param {string} id of a template */
  #row(id) {
    const template = /** @type {HTMLTemplateElement} */ (this.#id(id));
    return /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
  }

  #boxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.form.querySelectorAll("[name=products]")]);
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} */ (this.#id(name));
  }

  /** @param {string} id */
  #id(id) {
    return /** @type {HTMLElement} */ (this.form.querySelector(`#${id}`));
  }
}

/**
 * A source keeps its English names while it is the same source.
 * @param {Record<string, HTMLInputElement>} said
 * @param {Body} [before]
 */
function ownFact(said, before = {}) {
  const [value, english, title, issuer, year] = ["value", "value_en", "title", "issuer", "year"].map(
    (name) => said[name]?.value.trim() ?? "",
  );
  return {
    value,
    ...(english ? { value_en: english } : {}),
    source: {
      title,
      ...(before.title_en && before.title === title ? { title_en: before.title_en } : {}),
      issuer,
      ...(before.issuer_en && before.issuer === issuer ? { issuer_en: before.issuer_en } : {}),
      year: /^\d+$/.test(year) ? Number(year) : year || "n.d.",
    },
    ...(said.approximate?.checked ? { approximate: true } : {}),
    ...(said.valid_until?.value ? { valid_until: said.valid_until.value } : {}),
  };
}

/**
 * @param {Element} row
 * @param {string} kind
 */
function inputs(row, kind) {
  return /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...row.querySelectorAll(`[data-${kind}]`)]);
}

/** @param {unknown} value @returns {any[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {string} text */
function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** @param {unknown} value */
function empty(value) {
  if (value === false || value === "" || value === undefined) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
