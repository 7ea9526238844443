// @ts-check
/** The list of what is edited by forms: find an offer or a product, begin something new. */

import { signInAgain } from "./again.js";
import { wordsOf } from "./words.js";

signInAgain();

const words = wordsOf(document);
const language = new URLSearchParams(location.search).get("lang");

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-new]"))) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = /** @type {HTMLInputElement} */ (form.elements.namedItem("id")).value;
    location.assign(`/kb/${form.dataset.new}/${encodeURIComponent(id)}${language ? `?lang=${language}` : ""}`);
  });
}

for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-filtered]"))) {
  const box = /** @type {HTMLInputElement | null} */ (section.querySelector("[data-filter]"));
  const none = section.querySelector("[data-none]");
  box?.addEventListener("input", () => {
    const found = keepOnly(section, box.value.trim().toLowerCase());
    if (none) none.textContent = found ? "" : words.parts_none_found;
  });
}

/**
 * Show the rows that hold a text, in the groups that have any; return how many there are.
 * @param {HTMLElement} section
 * @param {string} wanted
 */
function keepOnly(section, wanted) {
  let found = 0;
  for (const group of section.querySelectorAll("details")) {
    const named = group.querySelector("summary")?.textContent?.toLowerCase().includes(wanted);
    let some = 0;
    for (const row of group.querySelectorAll("li")) {
      row.hidden = !named && !row.textContent?.toLowerCase().includes(wanted);
      if (!row.hidden) some += 1;
    }
    group.hidden = !some;
    group.open = Boolean(wanted) && some > 0;
    found += some;
  }
  return found;
}
