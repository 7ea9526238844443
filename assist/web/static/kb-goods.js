// @ts-check
/** Set what is stated of one SKU by hand: stock, price, listing, promotion, batch, evidence. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { wordsOf } from "./words.js";

signInAgain();

const api = new Api();
const words = wordsOf(document);
const SURE_MS = 6000;
/** Fields of a form that are no part of the value. */
const BESIDE = new Set(["fact", "valid_from", "valid_until"]);

for (const form of document.querySelectorAll("form[data-fact]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(/** @type {HTMLFormElement} */ (form));
  });
}
for (const button of document.querySelectorAll("button[data-end]")) {
  button.addEventListener("click", () => end(/** @type {HTMLButtonElement} */ (button)));
}

/** @param {HTMLFormElement} form */
async function save(form) {
  const fields = new FormData(form);
  const fact = form.dataset.fact || String(fields.get("fact"));
  const body = { value: valueOf(form, fields), valid_from: moment(fields, "valid_from"), valid_until: moment(fields, "valid_until") };
  await told(form.querySelector("button"), `facts/${encodeURIComponent(`${fact}:${form.dataset.sku}`)}`, body, "PUT");
}

/** @param {HTMLButtonElement} button */
async function end(button) {
  if (!button.dataset.sure) {
    button.dataset.sure = "asked";
    say(words.goods_end_sure);
    setTimeout(() => delete button.dataset.sure, SURE_MS);
    return;
  }
  await told(button, `facts/${encodeURIComponent(button.dataset.end ?? "")}`, undefined, "DELETE");
}

/**
 * @param {HTMLButtonElement | null} button
 * @param {string} path
 * @param {object | undefined} body
 * @param {string} method
 */
async function told(button, path, body, method) {
  if (button) button.disabled = true;
  const answer = await api.ask(path, body, method).catch(() => null);
  if (answer?.status === 200) {
    say(words.goods_saved);
    location.reload();
    return;
  }
  if (button) button.disabled = false;
  say(answer?.data?.error?.message ?? words.goods_failed);
}

/** Tell it where it is seen and heard. @param {string} message */
function say(message) {
  const problem = /** @type {HTMLElement} */ (document.getElementById("problem"));
  problem.textContent = message;
  problem.hidden = !message;
  problem.scrollIntoView({ block: "nearest" });
}

/**
 * What a form's fields come to, in the shape of the fact.
 * @param {HTMLFormElement} form
 * @param {FormData} fields
 */
function valueOf(form, fields) {
  if (fields.has("count") && form.dataset.fact === "stock") return Number(fields.get("count"));
  if (fields.has("yuan")) return fen(String(fields.get("yuan")));
  const flag = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=flag]"));
  if (flag) return flag.checked;
  /** @type {Record<string, unknown>} */
  const value = {};
  for (const field of form.querySelectorAll("input, select, textarea")) {
    const one = /** @type {HTMLInputElement} */ (field);
    if (BESIDE.has(one.name)) continue;
    if (one.type === "checkbox") {
      if (one.checked) value[one.name] = true;
    } else if (one.value.trim()) value[one.name] = read(one);
  }
  return value;
}

/** @param {HTMLInputElement} one */
function read(one) {
  const said = one.value.trim();
  if (one.dataset.as === "yuan") return fen(said);
  if (one.type === "number") return Number(said);
  if (one.name === "items") return said.split(/[、,，;；]/).map((item) => item.trim()).filter(Boolean);
  return said;
}

/** Yuan as they are written to whole fen, without going through a fraction. @param {string} said */
function fen(said) {
  const [yuan, part = ""] = said.trim().split(".");
  return Number(yuan) * 100 + Number(part.padEnd(2, "0").slice(0, 2));
}

/**
 * @param {FormData} fields
 * @param {string} name
 */
function moment(fields, name) {
  const said = fields.get(name);
  return said ? new Date(String(said)).toISOString() : null;
}
