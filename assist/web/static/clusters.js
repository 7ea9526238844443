// @ts-check
/** Mark a cluster of complaints as seen. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";

signInAgain();

const api = new Api();
const problem = /** @type {HTMLElement} */ (document.querySelector("#problem"));

for (const button of document.querySelectorAll("button[data-see]")) {
  button.addEventListener("click", () => see(/** @type {HTMLButtonElement} */ (button)));
}

/** @param {HTMLButtonElement} button */
async function see(button) {
  button.disabled = true;
  problem.hidden = true;
  const answer = await api.ask(`clusters/${button.dataset.see}/seen`, {}).catch(() => null);
  if (answer?.status === 200) {
    location.reload();
    return;
  }
  button.disabled = false;
  problem.hidden = false;
}
