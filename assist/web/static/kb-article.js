// @ts-check
/** One article's page: the form, what stands beside it, and what becomes of the draft. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { Fields } from "./kb-fields.js";
import { Side } from "./kb-side.js";
import { Workflow, showDiff } from "./kb-workflow.js";
import { wordsOf } from "./words.js";

signInAgain();

const LOOK_AFTER_MS = 350;

const api = new Api();
const words = wordsOf(document);
/** @type {import("./kb-workflow.js").State} */
const state = JSON.parse(byId("state").textContent ?? "{}");
/** In a new article a field that nobody has begun is not missing yet, until one wants to be done. */
let wantsAll = Boolean(state.draft ?? state.published);
/** @type {Set<string>} */
const begun = new Set();
const form = /** @type {HTMLFormElement} */ (byId("form"));
form.addEventListener("input", ({ target }) => begun.add(/** @type {HTMLInputElement} */ (target).name));
const side = new Side(api, words, state, (field) => wantsAll || begun.has(field) || !missing(field));
const fields = new Fields(form, words, touched);
let ends = state.ends;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let looking;
fields.show(state.body);

const workflow = new Workflow(api, words, state, {
  read: () => (ends ? null : fields.read()),
  show: (body) => {
    ends = body === null;
    byId("ends").hidden = !ends;
    fields.show(body ?? state.published ?? {});
    touched();
  },
  findings: (found) => side.showFindings(found),
});

on("save", () => workflow.save());
on("hand-in", () => done() && workflow.end("hand-in"));
on("publish", () => done() && workflow.publish(/** @type {HTMLInputElement} */ (byId("despite")).checked));
on("discard", () => {
  if (confirm(words.kb_discard_sure)) workflow.end("discard");
});
on("send-back", () => {
  const note = prompt(words.kb_send_back_why);
  if (note?.trim()) workflow.end("send-back", note.trim());
});
on("end", () => setEnds(true));
on("revive", () => setEnds(false));
on("regress", () => side.regress(ends ? null : fields.read()));
byId("question").addEventListener("input", look);
byId("beside-search").addEventListener("input", findBeside);
byId("file")?.addEventListener("toggle", showFile, { once: true });
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  workflow.save();
});
side.show(state.ends ? null : fields.read());
if (state.begun) workflow.touched();

function touched() {
  const body = fields.read();
  byId("named").textContent = body.title || words.kb_untitled;
  workflow?.touched();
  look();
}

/** One wants to be done with it: now all that is missing is told. */
function done() {
  wantsAll = true;
  side.showFindings(side.findings);
  return true;
}

/** @param {string} name */
function missing(name) {
  return form.elements.namedItem(name) !== null && !(name in fields.read());
}

/** @param {boolean} value */
function setEnds(value) {
  ends = value;
  byId("ends").hidden = !value;
  touched();
}

function look() {
  clearTimeout(looking);
  looking = setTimeout(() => side.show(ends ? null : fields.read()), LOOK_AFTER_MS);
}

let besides = 0;
/** @this {HTMLElement} */
async function findBeside() {
  const asked = ++besides;
  const q = /** @type {HTMLInputElement} */ (byId("beside-search")).value;
  const query = new URLSearchParams({ q, near: state.entry_id, lang: state.language });
  const answer = await api.ask(`kb/articles?${query}`).catch(() => null);
  if (answer?.status !== 200 || asked !== besides) return;
  byId("beside").replaceChildren(...answer.data.articles.map(besideItem));
}

/** @param {{entry_id: string, title: string, category: string, state: string}} one */
function besideItem(one) {
  const link = document.createElement("a");
  link.href = `/kb/article/${one.entry_id}?lang=${state.language}`;
  link.textContent = one.title;
  if (one.entry_id === state.entry_id) link.setAttribute("aria-current", "page");
  const about = document.createElement("span");
  about.textContent = [one.category, one.state && words[`kb_state_${one.state}`]].filter(Boolean).join(" · ");
  link.append(about);
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function showFile() {
  const file = JSON.parse(byId("file-body").textContent ?? "null");
  const place = /** @type {Element} */ (byId("file").querySelector("div"));
  showDiff(place, file, state.published, state.language);
}

/**
 * @param {string} id of a button that not everybody has
 * @param {() => void} doing
 */
function on(id, doing) {
  document.getElementById(id)?.addEventListener("click", doing);
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
