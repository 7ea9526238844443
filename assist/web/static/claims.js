// @ts-check
/** Approve, turn down, and keep what was found: each is said to the server, then the lists are read anew. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { fill, wordsOf } from "./words.js";

const AGAIN_MS = 15000;

const api = new Api();
const words = wordsOf(document);
const lists = /** @type {HTMLElement} */ (document.getElementById("claims"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));

signInAgain();

/** Buttons come disabled: pressed before this script listens, they would do nothing. @param {HTMLElement} within */
function enable(within) {
  for (const button of within.querySelectorAll("button")) button.disabled = false;
}

/** @param {HTMLFormElement} form @param {string} text */
function trouble(form, text) {
  const line = /** @type {HTMLElement} */ (form.querySelector(".trouble"));
  line.textContent = text;
  line.hidden = !text;
  if (text) told.textContent = text;
}

/**
 * What is said to the server; null where a reason is needed and none is given.
 * @param {HTMLFormElement} form
 * @param {string} does
 */
function bodyOf(form, does) {
  const said = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea")).value.trim();
  if (does === "follow-up") return said ? { finding: said } : null;
  if (does === "reject") return said ? { reason: said } : null;
  if (form.dataset.why && !said) return null;
  return { seen_amount_fen: Number(form.dataset.seen), reason: said };
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (!button || button.disabled) return;
  const does = button.value;
  const body = bodyOf(form, does);
  if (!body) {
    trouble(form, words.remedy_reason_missing);
    form.querySelector("textarea")?.focus();
    return;
  }
  trouble(form, "");
  button.disabled = true;
  const path = `remedies/${encodeURIComponent(form.dataset.remedy ?? "")}/${does}`;
  const answer = await api.ask(path, body).catch(() => null);
  button.disabled = false;
  if (answer?.status === 200) {
    form.reset();
    const done = { approve: words.claim_approved, reject: words.claim_rejected, "follow-up": words.claim_followed };
    told.textContent = done[/** @type {keyof typeof done} */ (does)];
    return renew(true);
  }
  const code = answer?.data?.error?.code;
  const why = words[`remedy_problem_${code}`] ?? answer?.data?.error?.message ?? String(answer?.status);
  const unreached = !answer || answer.status >= 500;
  trouble(form, unreached ? words.claim_offline : fill(words.remedy_refused, { why }));
}

/** Somebody writes here or is about to: nothing is moved under their hands. */
function held() {
  const written = [...lists.querySelectorAll("textarea")].some((area) => area.value.trim());
  return written || Boolean(document.activeElement?.closest("#claims form"));
}

/** Read the page again and show its lists. @param {boolean} anyway even while somebody writes: they just finished */
async function renew(anyway = false) {
  if (document.hidden || (held() && !anyway)) return;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || (held() && !anyway)) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("claims");
  if (fresh) enable(fresh);
  if (!fresh || fresh.innerHTML === lists.innerHTML) return;
  const kept = anyway ? drafts() : new Map();
  lists.replaceChildren(...fresh.childNodes);
  for (const [id, text] of kept) {
    const area = /** @type {HTMLTextAreaElement | null} */ (lists.querySelector(`[data-id="${id}"] textarea`));
    if (area) area.value = text;
  }
  if (anyway) focusNext();
}

/** What stands in other claims' fields stays there. */
function drafts() {
  const areas = [...lists.querySelectorAll("textarea")].filter((area) => area.value);
  return new Map(
    areas.map((area) => [/** @type {HTMLElement} */ (area.closest("[data-id]")).dataset.id ?? "", area.value]),
  );
}

/** The button that had the focus is gone with its claim: on to the next thing to do, else to the top. */
function focusNext() {
  const next = lists.querySelector("form textarea") ?? lists.querySelector("h2");
  if (next instanceof HTMLElement) {
    if (!next.matches("textarea")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }
}

lists.addEventListener("submit", (event) => void submit(/** @type {SubmitEvent} */ (event)));
enable(lists);
setInterval(() => void renew(), AGAIN_MS);
document.addEventListener("visibilitychange", () => void renew());
