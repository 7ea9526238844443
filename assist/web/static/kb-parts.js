// @ts-check
/** The list of what is edited by forms: find a product, begin something new. */

import { signInAgain } from "./again.js";

signInAgain();

const language = new URLSearchParams(location.search).get("lang");

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-new]"))) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = /** @type {HTMLInputElement} */ (form.elements.namedItem("id")).value;
    location.assign(`/kb/${form.dataset.new}/${encodeURIComponent(id)}${language ? `?lang=${language}` : ""}`);
  });
}

document.getElementById("filter")?.addEventListener("input", (event) => {
  const wanted = /** @type {HTMLInputElement} */ (event.target).value.trim().toLowerCase();
  for (const group of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("[data-filtered]"))) {
    let some = false;
    for (const row of group.querySelectorAll("li")) {
      row.hidden = Boolean(wanted) && !row.textContent?.toLowerCase().includes(wanted);
      some ||= !row.hidden;
    }
    group.hidden = !some;
    group.open = Boolean(wanted) && some;
  }
});
