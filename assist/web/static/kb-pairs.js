// @ts-check
/** Allow a pair, refuse it, leave it to the figures, or add one by hand. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { wordsOf } from "./words.js";

signInAgain();

const api = new Api();
const words = wordsOf(document);
const problem = /** @type {HTMLElement} */ (document.getElementById("problem"));

for (const one of document.querySelectorAll("button[data-state]")) {
  const button = /** @type {HTMLButtonElement} */ (one);
  const { sku, with: other, state } = button.dataset;
  button.addEventListener("click", () => judge(button, { sku, with_sku: other, state }));
}
document.getElementById("add")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const fields = new FormData(form);
  const pair = { sku: String(fields.get("sku")).trim(), with_sku: String(fields.get("with_sku")).trim(), state: "allowed" };
  judge(form.querySelector("button"), pair);
});

/**
 * @param {HTMLButtonElement | null} button
 * @param {object} pair
 */
async function judge(button, pair) {
  if (button) button.disabled = true;
  problem.hidden = true;
  const answer = await api.ask("pairs", pair).catch(() => null);
  if (answer?.status === 200) {
    location.reload();
    return;
  }
  if (button) button.disabled = false;
  problem.textContent = answer?.data?.error?.message ?? words.pairs_failed;
  problem.hidden = false;
}
