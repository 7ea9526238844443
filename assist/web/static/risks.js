// @ts-check
/** Judge alerts: a verdict is said to the server, then the lists are read anew. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { wordsOf } from "./words.js";

const AGAIN_MS = 15000;

const api = new Api();
const words = wordsOf(document);
const lists = /** @type {HTMLElement} */ (document.getElementById("risks"));
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
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (!button || button.disabled) return;
  trouble(form, "");
  button.disabled = true;
  const path = `alerts/${encodeURIComponent(form.dataset.alert ?? "")}/judge`;
  const answer = await api.ask(path, { verdict: button.value }).catch(() => null);
  button.disabled = false;
  if (answer?.status === 200 || answer?.status === 409) {
    told.textContent = answer.status === 409 ? words.alert_judged_otherwise : words.alert_judged;
    return renew(true);
  }
  const unreached = !answer || answer.status >= 500;
  trouble(form, unreached ? words.alert_offline : (answer.data?.error?.message ?? String(answer.status)));
}

/** Somebody is about to press a button or follow a link: nothing is moved under their hands. */
function held() {
  return Boolean(document.activeElement?.closest("#risks form, #risks a"));
}

/** Read the page again and show its lists. @param {boolean} anyway even while somebody is there: they just finished */
async function renew(anyway = false) {
  if (document.hidden || (held() && !anyway)) return;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || (held() && !anyway)) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("risks");
  if (!fresh) return;
  enable(fresh);
  if (fresh.innerHTML !== lists.innerHTML) lists.replaceChildren(...fresh.childNodes);
  if (anyway) focusNext();
}

/** The button that had the focus is gone with its alert: on to the next verdict, else to the top. */
function focusNext() {
  const next = lists.querySelector("form button") ?? lists.querySelector("h2");
  if (next instanceof HTMLElement) {
    if (!next.matches("button")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }
}

lists.addEventListener("submit", (event) => void submit(/** @type {SubmitEvent} */ (event)));
enable(lists);
setInterval(() => void renew(), AGAIN_MS);
document.addEventListener("visibilitychange", () => void renew());
