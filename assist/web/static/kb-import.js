// @ts-check
/** Bring answers from a table: upload, say which column is what, see what would come of it, keep it. */

import { signInAgain } from "./again.js";
import { text } from "./kb-form-shown.js";
import { fill, wordsOf } from "./words.js";

signInAgain();

const words = wordsOf(document);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("upload"));
const file = /** @type {HTMLInputElement | null} */ (document.getElementById("file"));

form?.addEventListener("submit", (event) => event.preventDefault());
file?.addEventListener("change", () => send({ dry: true, guess: true }));
document.getElementById("keep")?.addEventListener("click", () => send({ dry: false, guess: false }));

/** @param {{dry: boolean, guess: boolean}} how */
async function send({ dry, guess }) {
  const chosen = file?.files?.[0];
  if (!chosen || !form) return;
  const keep = /** @type {HTMLButtonElement} */ (byId("keep"));
  keep.disabled = true;
  const body = new FormData();
  body.set("file", chosen);
  body.set("columns", guess ? "" : JSON.stringify(columns()));
  body.set("dry_run", String(dry));
  body.set("publish", String(Boolean(/** @type {HTMLInputElement | null} */ (document.getElementById("publish"))?.checked)));
  byId("status").textContent = words.import_working;
  const answer = await fetch(`/api/v1/kb/import?lang=${encodeURIComponent(form.dataset.lang ?? "")}`, {
    method: "POST",
    body,
    credentials: "same-origin",
  }).catch(() => null);
  const told = answer && (await answer.json().catch(() => null));
  byId("status").textContent = "";
  if (!answer?.ok) return refuse(told?.error?.message ?? words.form_offline);
  refuse(told.problem ?? "");
  if (guess) showMapping(told);
  showPlan(told, dry);
}

/** @param {string} message */
function refuse(message) {
  byId("problem").textContent = message;
  byId("problem").hidden = !message;
}

/** @returns {Record<string, string>} */
function columns() {
  const chosen = /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("#mapping select[data-column]"));
  return Object.fromEntries([...chosen].filter((one) => one.value).map((one) => [one.dataset.column ?? "", one.value]));
}

/** @param {any} told */
function showMapping(told) {
  const template = /** @type {HTMLTemplateElement} */ (byId("fields"));
  const rows = told.header.map((/** @type {string} */ column, /** @type {number} */ at) => {
    const select = /** @type {HTMLSelectElement} */ (template.content.firstElementChild?.cloneNode(true));
    select.dataset.column = column;
    select.value = told.columns[column] ?? "";
    select.setAttribute("aria-label", fill(words.import_column_is, { column }));
    select.addEventListener("change", () => send({ dry: true, guess: false }));
    const row = document.createElement("tr");
    const head = text("th", column);
    head.setAttribute("scope", "row");
    const choice = document.createElement("td");
    choice.append(select);
    const sample = told.sample.map((/** @type {string[]} */ cells) => cells[at]).filter(Boolean)[0] ?? "";
    row.append(head, choice, text("td", sample.slice(0, 120)));
    return row;
  });
  byId("mapping").querySelector("tbody")?.replaceChildren(...rows);
  byId("mapping").hidden = false;
}

/**
 * @param {any} told
 * @param {boolean} dry
 */
function showPlan(told, dry) {
  byId("plan").hidden = Boolean(told.problem);
  const { counts, with_findings: findings, kept } = told;
  byId("counts").textContent = fill(words.import_counts, { ...counts, findings });
  byId("rows").replaceChildren(...told.rows.map(row));
  const keep = /** @type {HTMLButtonElement} */ (byId("keep"));
  keep.disabled = !dry || !(counts.new + counts.changed);
  if (kept) byId("status").textContent = fill(words.import_kept, kept);
}

/** @param {any} one */
function row(one) {
  const item = document.createElement("li");
  item.append(text("span", fill(words.import_row, { line: one.line }), "small"));
  item.append(text("span", words[`import_state_${one.state}`], `state ${one.state}`));
  const title = text("span", one.title);
  if (["new", "changed"].includes(one.state) && one.entry_id) title.title = one.entry_id;
  item.append(title);
  for (const { message } of one.findings) item.append(text("span", message, "more wrong"));
  for (const { message } of one.remarks) item.append(text("span", message, "more small"));
  for (const [key, before, after] of one.changes) {
    const change = text("span", `${words[`import_field_${key}`] ?? key}：`, "more small changes");
    change.append(text("del", before || words.form_nothing), " → ", text("ins", after || words.form_nothing));
    item.append(change);
  }
  return item;
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
