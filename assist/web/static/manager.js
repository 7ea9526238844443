// @ts-check
/** Small helps of the dashboard; the page works by itself. */

import { signInAgain } from "./again.js";

signInAgain();

for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("formdata", (event) => {
    const { formData } = /** @type {FormDataEvent} */ (event);
    for (const field of form.querySelectorAll("[data-drop-empty]")) {
      const name = field.getAttribute("name") ?? "";
      if (!formData.get(name)) formData.delete(name);
    }
  });
}
