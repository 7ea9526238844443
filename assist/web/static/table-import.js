// @ts-check
/** What every page that brings in a table does: one step after the other, and which column is what. */

import { text } from "./kb-form-shown.js";
import { fill, wordsOf } from "./words.js";

const words = wordsOf(document);

let busy = false;
/** What was asked for last while something was under way. @type {(() => Promise<unknown>) | null} */
let next = null;

/** One step after the other; of those that wait only the last. @param {() => Promise<unknown>} step */
export async function run(step) {
  if (busy) {
    next = step;
    return;
  }
  busy = true;
  button("keep").disabled = true;
  byId("status").textContent = words.import_working;
  await step();
  busy = false;
  const then = next;
  next = null;
  if (then) await run(then);
}

/** @param {string} message */
export function refuse(message) {
  byId("problem").textContent = message;
  byId("problem").hidden = !message;
}

/** Column of the table -> field, as it is chosen now. @returns {Record<string, string>} */
export function columns() {
  const chosen = /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("#mapping select[data-column]"));
  return Object.fromEntries([...chosen].filter((one) => one.value).map((one) => [one.dataset.column ?? "", one.value]));
}

/**
 * @param {{header: string[], columns: Record<string, string>, sample: string[][]}} told
 * @param {() => Promise<unknown>} changed what is done when another field is chosen for a column
 */
export function showMapping(told, changed) {
  const template = /** @type {HTMLTemplateElement} */ (byId("fields"));
  const rows = told.header.map((column, at) => {
    const select = /** @type {HTMLSelectElement} */ (template.content.firstElementChild?.cloneNode(true));
    select.dataset.column = column;
    select.value = told.columns[column] ?? "";
    select.setAttribute("aria-label", fill(words.import_column_is, { column }));
    select.addEventListener("change", () => run(changed));
    const row = document.createElement("tr");
    const head = text("th", column);
    head.setAttribute("scope", "row");
    const choice = document.createElement("td");
    choice.append(select);
    const sample = told.sample.map((cells) => cells[at]).filter(Boolean)[0] ?? "";
    row.append(head, choice, text("td", sample.slice(0, 120)));
    return row;
  });
  byId("mapping").querySelector("tbody")?.replaceChildren(...rows);
  byId("mapping").hidden = false;
}

/** Return the beginning of a row's line: where it stands in the table, and what becomes of it. @param {any} one */
export function rowOf(one) {
  const item = document.createElement("li");
  item.append(text("span", fill(words.import_row, { line: one.line }), "small"));
  item.append(text("span", words[`import_state_${one.state}`], `state ${one.state}`));
  return item;
}

/** @param {string} id */
export function button(id) {
  return /** @type {HTMLButtonElement} */ (byId(id));
}

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
