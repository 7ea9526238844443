// @ts-check
/** Bring answers from a table: upload, say which column is what, see what would come of it, keep it. */

import { signInAgain } from "./again.js";
import { text } from "./kb-form-shown.js";
import { button, byId, columns, refuse, rowOf, run, showMapping } from "./table-import.js";
import { fill, wordsOf } from "./words.js";

signInAgain();

const POLL_MS = 400;

const words = wordsOf(document);
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("upload"));
const file = /** @type {HTMLInputElement | null} */ (document.getElementById("file"));

/** The table as the server holds it: neither another mapping nor keeping sends the file again. @type {string | null} */
let job = null;

form?.addEventListener("submit", (event) => event.preventDefault());
file?.addEventListener("change", () => run(() => upload(true)));
document.getElementById("keep")?.addEventListener("click", () => run(keep));

/** @param {boolean} guess whether the server says which column is what */
async function upload(guess) {
  const chosen = file?.files?.[0];
  if (!chosen) return end(null);
  job = null;
  byId("plan").hidden = true;
  const body = new FormData();
  body.set("file", chosen);
  body.set("columns", guess ? "" : JSON.stringify(columns()));
  const told = await followed(await ask("", body));
  if (told && guess) showMapping(told, mapped);
  end(told);
}

async function mapped() {
  if (!job) return upload(false);
  const told = await followed(await ask(`/${job}/columns`, { columns: columns() }));
  end(told);
  return told;
}

async function keep() {
  const publish = Boolean(/** @type {HTMLInputElement | null} */ (document.getElementById("publish"))?.checked);
  const { status, data } = await ask(`/${job}/keep`, { publish });
  if (status === 200) return end(data);
  // What was published meanwhile counts: it is compared again, for a person to look at before keeping.
  if (status === 409 && data?.error?.code === "import_outdated") {
    if (await mapped()) refuse(words.import_outdated);
    return;
  }
  refuse(said(status, data));
  button("keep").disabled = status === 404;
  byId("status").textContent = "";
}

/**
 * Wait until a table is compared; null where it was refused, which then is said.
 * @param {{status: number, data: any}} answer
 */
async function followed({ status, data }) {
  while (status === 200 || status === 202) {
    if (data.state !== "running") break;
    showProgress(data.done, data.of);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = await ask(`/${data.id}`);
    refuse(now.status ? "" : words.form_offline);
    if (now.status) ({ status, data } = now);
  }
  byId("progress").hidden = true;
  if (status !== 200 && status !== 202) {
    refuse(said(status, data));
    return null;
  }
  job = data.id ?? job;
  return data;
}

/** Show what came of it. @param {any} told */
function end(told) {
  byId("status").textContent = "";
  if (!told) return;
  refuse(told.problem ?? "");
  showPlan(told);
}

/**
 * @param {string} path behind the imports' own
 * @param {FormData | object} [body]
 * @returns {Promise<{status: number, data: any}>} status 0: nobody answered
 */
async function ask(path, body) {
  const sent = body instanceof FormData ? body : body && JSON.stringify(body);
  const answer = await fetch(`/api/v1/kb/import${path}?lang=${encodeURIComponent(form?.dataset.lang ?? "")}`, {
    method: body ? "POST" : "GET",
    body: sent,
    headers: typeof sent === "string" ? { "Content-Type": "application/json" } : {},
    credentials: "same-origin",
  }).catch(() => null);
  return { status: answer?.status ?? 0, data: answer && (await answer.json().catch(() => null)) };
}

/**
 * @param {number} status
 * @param {any} data
 */
function said(status, data) {
  const own = { import_running: words.import_busy, unknown_import: words.import_forgotten };
  const code = /** @type {keyof typeof own} */ (data?.error?.code);
  return own[code] ?? data?.error?.message ?? (status ? words.import_failed : words.form_offline);
}

/**
 * @param {number} done
 * @param {number} of
 */
function showProgress(done, of) {
  const shown = byId("progress");
  const bar = /** @type {HTMLProgressElement} */ (shown.querySelector("progress"));
  shown.hidden = false;
  bar.max = Math.max(of, 1);
  bar.value = done;
  /** @type {HTMLElement} */ (shown.querySelector("span")).textContent = fill(words.import_progress, { done, of });
}

/** @param {any} told */
function showPlan(told) {
  byId("plan").hidden = Boolean(told.problem);
  const { counts, with_findings: findings, kept } = told;
  byId("counts").textContent = fill(words.import_counts, { ...counts, findings });
  byId("rows").replaceChildren(...told.rows.map(row));
  button("keep").disabled = Boolean(kept || told.problem) || !(counts.new + counts.changed);
  if (kept) byId("status").textContent = fill(words.import_kept, kept);
}

/** @param {any} one */
function row(one) {
  const item = rowOf(one);
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
