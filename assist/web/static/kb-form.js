// @ts-check
/** The editor of everything but articles: check while it is typed, keep a draft, hand in, publish. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { showChanges, showFindings, showPreview, text } from "./kb-form-shown.js";
import { effects } from "./kb-effects.js";
import { awaken, nameRows, showProblems } from "./model-form.js";
import { gather } from "./model-gather.js";
import { fill, wordsOf } from "./words.js";

signInAgain();

const CHECK_AFTER_MS = 400;
/** The whole library is read again for what a change breaks elsewhere: only when the hands rest. */
const LINT_AFTER_MS = 1500;

const api = new Api();
const words = wordsOf(document);
const state = JSON.parse(byId("state").textContent ?? "{}");
const form = byId("form");
const root = /** @type {HTMLElement} */ (form.querySelector("[data-kind]"));
const sets = JSON.parse(byId("sets").textContent ?? "{}");
const query = `?lang=${encodeURIComponent(state.language)}`;
/** What is kept already, to tell whether anything changed. */
let kept = "";
let timer = 0;
let asked = 0;
let warned = false;
let touched = false;
/** @type {any} */
let theirs = null;

awaken(form, sets, words);
kept = JSON.stringify(body());
const again = effects({ api, words, state, body });
again();
check();

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => event.preventDefault());
byId("save").addEventListener("click", () => save());
document.getElementById("publish")?.addEventListener("click", publish);
document.getElementById("hand-in")?.addEventListener("click", handIn);
document.getElementById("all")?.addEventListener("click", openAll);
byId("discard").addEventListener("click", discard);
byId("theirs").addEventListener("click", () => location.reload());
byId("mine").addEventListener("click", keepMine);
window.addEventListener("beforeunload", (event) => dirty() && event.preventDefault());

/** @returns {import("./model-gather.js").Json} */
function body() {
  return gather(root);
}

function dirty() {
  return JSON.stringify(body()) !== kept;
}

function changed() {
  warned = false;
  touched = true;
  sayPublish();
  tell(dirty() ? words.form_unsaved : "");
  clearTimeout(timer);
  timer = setTimeout(() => {
    check(false);
    timer = setTimeout(check, LINT_AFTER_MS);
  }, CHECK_AFTER_MS);
}

/**
 * Ask what is wrong, what changes and how it looks; an answer that a later question overtook is dropped.
 * @param {boolean} lint  whether the whole library is checked with it
 */
async function check(lint = true) {
  const mine = ++asked;
  nameRows(root, sets, words);
  byId("findings").replaceChildren(text("li", words.form_checking, "small"));
  const question = { body: body(), lint };
  const answer = await api.ask(`kb/forms/${state.kind}/${state.entry_id}${query}`, question).catch(() => null);
  if (mine !== asked) return null;
  if (answer?.status !== 200) {
    tell(answer ? failed(answer) : words.form_offline);
    return null;
  }
  // Nobody is told what is missing in a form that was only just opened.
  const shown = state.fresh && !touched ? [] : answer.data.problems;
  const left = showProblems(root, shown, false);
  if (lint || shown.length) showFindings(byId("findings"), { ...answer.data, problems: shown }, left, words);
  showChanges(byId("changes"), answer.data.changes, words);
  showPreview(answer.data.preview);
  if (!lint && !answer.data.problems.length) again();
  return answer.data;
}

/** @returns {Promise<boolean>} */
async function save() {
  const now = body();
  const note = /** @type {HTMLInputElement} */ (byId("note")).value;
  const draft = state.draft;
  const answer = await api
    .ask("kb/drafts", {
      kind: state.kind,
      entry_id: state.entry_id,
      body: now,
      base_number: draft?.base_number ?? state.number,
      revision: draft?.revision ?? 0,
      note,
    })
    .catch(() => null);
  if (answer?.status !== 200) return refused(answer);
  keep(answer.data);
  kept = JSON.stringify(now);
  tell(fill(words.form_saved, { revision: answer.data.revision }));
  return true;
}

/** @param {any} draft */
function keep(draft) {
  state.draft = draft.state === "published" || draft.state === "discarded" ? null : draft;
  byId("discard").hidden = !state.draft;
  byId("conflict").hidden = true;
}

async function publish() {
  clearTimeout(timer);
  const found = await check();
  if (!found) return;
  touched = true;
  if (found.problems.length) return showProblems(root, found.problems, true);
  if (!found.changes.length && !state.draft) return tell(words.form_same);
  if ((dirty() || !state.draft) && !(await save())) return;
  const answer = await ask("publish", { despite_warnings: warned });
  if (answer?.status === 422 && answer.data?.error?.findings) return stopped(answer.data.error.findings);
  if (answer?.status !== 200) return refused(answer);
  keep(answer.data.draft);
  state.number = answer.data.number;
  warned = false;
  sayPublish();
  tell(fill(words.form_published, { number: answer.data.number }));
  check();
}

/** @param {{level: string}[]} findings */
function stopped(findings) {
  warned = !findings.some((one) => one.level === "error");
  sayPublish();
  tell(fill(words.form_problems, { n: findings.length }));
  byId("findings").scrollIntoView({ block: "nearest" });
}

function sayPublish() {
  const button = document.getElementById("publish");
  if (button) button.textContent = warned ? words.form_publish_anyway : words.form_publish;
}

async function handIn() {
  const found = await check();
  if (!found) return;
  touched = true;
  if (found.problems.length) return showProblems(root, found.problems, true);
  if ((dirty() || !state.draft) && !(await save())) return;
  const answer = await ask("hand-in", {});
  if (answer?.status !== 200) return refused(answer);
  keep(answer.data);
  tell(words.form_handed_in);
}

let sure = 0;

async function discard() {
  if (!sure) {
    tell(words.form_discard_sure);
    sure = setTimeout(() => (sure = 0), 5000);
    return;
  }
  const answer = await ask("discard", {});
  if (answer?.status !== 200) return refused(answer);
  kept = JSON.stringify(body());
  location.reload();
}

/**
 * @param {string} verb
 * @param {object} more
 */
function ask(verb, more) {
  const note = /** @type {HTMLInputElement} */ (byId("note")).value;
  return api
    .ask(`kb/drafts/${state.draft.id}/${verb}${query}`, { revision: state.draft.revision, note, ...more })
    .catch(() => null);
}

/**
 * Say why something was not done; who was quicker may be followed or overruled.
 * @param {import("./api.js").Answer | null} answer
 * @returns {false}
 */
function refused(answer) {
  const error = answer?.data?.error;
  if (error?.code === "edited_meanwhile" && error.theirs) {
    theirs = error.theirs;
    byId("conflict").hidden = false;
    tell(fill(words.form_meanwhile, { name: theirs.author }));
  } else if (error?.code === "changed_meanwhile" && error.now) {
    theirs = { ...state.draft, base_number: error.now.number };
    byId("conflict").hidden = false;
    tell(fill(words.form_changed_meanwhile, { number: error.now.number }));
  } else tell(answer ? failed(answer) : words.form_offline);
  return false;
}

/** @param {import("./api.js").Answer} answer */
function failed(answer) {
  const error = answer.data?.error;
  const said = words[`form_error_code_${error?.code}`];
  return said ?? fill(words.form_failed, { message: error?.message ?? answer.status });
}

/** Save what is on the page on top of what somebody else saved. */
async function keepMine() {
  state.draft = theirs;
  if (await save()) byId("conflict").hidden = true;
}

/** @param {Event} event */
function openAll(event) {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  const open = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(open));
  button.textContent = open ? words.form_less : words.form_more;
  for (const one of form.querySelectorAll("details")) one.open = open;
}

/** @param {string} said */
function tell(said) {
  byId("status").textContent = said;
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
