// @ts-check
/** Spend the link's ticket for a cookie, then go where the agent wanted to go. */

import { Api, takeTicket } from "./api.js";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const ticket = takeTicket();

/** @param {string} id */
function show(id) {
  for (const one of ["busy", "no-ticket", "spent", "failed"]) element(one).hidden = one !== id;
  element("where-from").hidden = id !== "no-ticket" && id !== "spent";
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} spent */
async function signIn(spent) {
  show("busy");
  const answer = await new Api().ask("session", { ticket: spent }).catch(() => null);
  if (answer?.status === 204) location.replace((main.dataset.to ?? "/desk") + location.search);
  else show(answer && answer.status < 500 ? "spent" : "failed");
}

if (ticket) {
  element("again").addEventListener("click", () => void signIn(ticket));
  void signIn(ticket);
} else {
  show("no-ticket");
}
