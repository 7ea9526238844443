// @ts-check
/** The list of articles: a choice is looked up at once, without a press. */

import { signInAgain } from "./again.js";

signInAgain();

const form = /** @type {HTMLFormElement} */ (document.getElementById("filters"));

form.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) form.requestSubmit();
});
