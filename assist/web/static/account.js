// @ts-check
/** One's own account: a new password, and the places where one is signed in. */

import { Api } from "./api.js";
import { KeptDrafts } from "./kept-drafts.js";
import { fill, span, wordsOf } from "./words.js";

const words = wordsOf(document);
const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const form = /** @type {HTMLFormElement} */ (element("change"));
const { shortest = "", longest = "", agent = "" } = main.dataset;

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id */
function valueOf(id) {
  return /** @type {HTMLInputElement | null} */ (document.getElementById(id))?.value ?? "";
}

/**
 * @param {"note" | "refused"} id
 * @param {string} text
 */
function say(id, text) {
  for (const one of /** @type {const} */ (["note", "refused"])) element(one).hidden = one !== id;
  element(id).textContent = text;
}

async function change() {
  const fresh = valueOf("new");
  if (fresh !== valueOf("repeated")) return say("refused", words.account_differ);
  const answer = await new Api().ask("account/password", { current: valueOf("current"), new: fresh }).catch(() => null);
  if (answer?.status === 204) {
    // The list of sessions is another now, and so is the form of who had no password.
    sessionStorage.setItem("assist-note", "account_saved");
    return location.reload();
  }
  say("refused", why(answer?.status ?? 0, answer?.data?.error ?? {}));
}

/**
 * @param {number} status
 * @param {{code?: string, wait_seconds?: number}} error
 */
function why(status, error) {
  if (error.code === "wrong_password") return words.account_wrong;
  if (status === 422) return fill(words.account_unfit, { shortest, longest });
  if (status === 429) return fill(words.door_wait, { time: span(words, error.wait_seconds ?? 0) });
  return words.account_failed;
}

/** @param {string} path what of ours is to end @returns {Promise<boolean>} */
async function end(path) {
  const answer = await fetch(`/api/v1/${path}`, { method: "DELETE", credentials: "same-origin" }).catch(() => null);
  const ended = answer?.status === 204 || answer?.status === 404;
  if (!ended) say("note", words.account_failed);
  return ended;
}

/** @param {HTMLElement} button */
async function endOne(button) {
  if (!(await end(`sessions/${encodeURIComponent(button.dataset.end ?? "")}`))) return;
  const rest = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-end]")]);
  const next = rest[rest.indexOf(button) + 1] ?? element("everywhere");
  button.closest("li")?.remove();
  next.focus();
  say("note", words.account_ended);
}

/** @param {string} path */
async function leave(path) {
  if (!(await end(path))) return;
  new KeptDrafts(agent).clear();
  location.replace(`/login${location.search}`);
}

/** @param {boolean} asked */
function sure(asked) {
  element("sure-row").hidden = !asked;
  element("everywhere").hidden = asked;
  element("everywhere").setAttribute("aria-expanded", String(asked));
  element(asked ? "sure" : "everywhere").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void change();
});
element("sessions").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-end]");
  if (button instanceof HTMLElement) void endOne(button);
});
document.getElementById("leave")?.addEventListener("click", () => void leave("session"));
element("everywhere").addEventListener("click", () => sure(true));
element("keep").addEventListener("click", () => sure(false));
element("sure").addEventListener("click", () => void leave("session?everywhere=true"));

const told = sessionStorage.getItem("assist-note");
sessionStorage.removeItem("assist-note");
if (told === "account_saved") say("note", words.account_saved);
