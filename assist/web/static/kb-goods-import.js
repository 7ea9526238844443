// @ts-check
/** Bring goods from a table: choose the file, say which column is what, see what changes, keep it. */

import { signInAgain } from "./again.js";
import { text } from "./kb-form-shown.js";
import { button, byId, columns, refuse, rowOf, run, showMapping } from "./table-import.js";
import { fill, wordsOf } from "./words.js";

signInAgain();

const words = wordsOf(document);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("upload"));
const file = /** @type {HTMLInputElement | null} */ (document.getElementById("file"));

/** Names the plan that is looked at: what is kept is that one, or nothing. */
let digest = "";

form?.addEventListener("submit", (event) => event.preventDefault());
file?.addEventListener("change", () => run(() => compare(true)));
document.getElementById("keep")?.addEventListener("click", () => run(keep));

/** @param {boolean} guess whether the server says which column is what */
async function compare(guess) {
  if (!file?.files?.[0]) return end(null);
  byId("plan").hidden = true;
  const { status, data } = await ask({ columns: guess ? "" : JSON.stringify(columns()) });
  if (status !== 200) {
    refuse(data?.error?.message ?? (status ? words.import_failed : words.form_offline));
    return end(null);
  }
  if (guess) showMapping(data, () => compare(false));
  end(data);
  return data;
}

async function keep() {
  const { status, data } = await ask({ columns: JSON.stringify(columns()), digest, dry_run: "false" });
  if (status === 200) return end(data);
  // What changed meanwhile counts: it is compared again, for a person to look at before keeping.
  if (status === 409) {
    if (await compare(false)) refuse(words.goods_import_outdated);
    return;
  }
  refuse(data?.error?.message ?? (status ? words.import_failed : words.form_offline));
  button("keep").disabled = false;
  byId("status").textContent = "";
}

/** Show what came of it. @param {any} told */
function end(told) {
  byId("status").textContent = "";
  if (!told) return;
  refuse(told.problem ?? "");
  digest = told.digest;
  showPlan(told);
}

/**
 * @param {Record<string, string>} fields beside the file
 * @returns {Promise<{status: number, data: any}>} status 0: nobody answered
 */
async function ask(fields) {
  const body = new FormData();
  const chosen = file?.files?.[0];
  if (chosen) body.set("file", chosen);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const path = `/api/v1/goods-import?lang=${encodeURIComponent(form?.dataset.lang ?? "")}`;
  const answer = await fetch(path, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  return { status: answer?.status ?? 0, data: answer && (await answer.json().catch(() => null)) };
}

/** @param {any} told */
function showPlan(told) {
  byId("plan").hidden = Boolean(told.problem);
  const { counts, kept } = told;
  byId("counts").textContent = fill(words.goods_import_counts, counts);
  const all = counts.new + counts.changed + counts.same + counts.skipped;
  const rest = all - told.rows.length;
  const more = rest > 0 ? [text("li", fill(words.goods_import_more, { n: rest }), "small")] : [];
  byId("rows").replaceChildren(...told.rows.map(row), ...more);
  button("keep").disabled = Boolean(kept || told.problem) || !(counts.new + counts.changed);
  if (kept) byId("status").textContent = fill(words.goods_import_kept, kept);
}

/** @param {any} one */
function row(one) {
  const item = rowOf(one);
  item.append(text("span", `${one.sku} ${one.title}`));
  for (const message of one.findings) item.append(text("span", message, "more wrong"));
  for (const message of one.remarks) item.append(text("span", message, "more small"));
  for (const { field, before, after } of one.changes) {
    const name = words[`goods_field_${field}`] ?? words[`goods_fact_${field}`] ?? field;
    const change = text("span", `${name}：`, "more small changes");
    if (before) change.append(text("del", before), " → ");
    change.append(text("ins", after || words.form_nothing));
    item.append(change);
  }
  return item;
}
