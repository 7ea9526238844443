// @ts-check
/** A published version: going back to it, after one more question. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { wordsOf } from "./words.js";

signInAgain();

const words = wordsOf(document);
const button = document.getElementById("roll-back");
const sure = /** @type {HTMLDialogElement | null} */ (document.getElementById("sure"));

button?.addEventListener("click", () => sure?.showModal());
sure?.addEventListener("close", async () => {
  if (sure.returnValue !== "yes") return;
  const answer = await new Api().ask(`kb/versions/${button?.dataset.number}/rollback`, {}).catch(() => null);
  if (answer?.status === 200) {
    location.assign(`/kb/versions/${answer.data.number}${location.search}`);
    return;
  }
  const problem = /** @type {HTMLElement} */ (sure.querySelector(".error"));
  problem.textContent = answer?.data?.error?.message ?? words.kb_unreachable;
  problem.hidden = false;
  sure.showModal();
});
