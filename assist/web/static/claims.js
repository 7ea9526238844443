// @ts-check
/** Approve, turn down, and keep what was found: each is said to the server, then the lists are read anew. */

import { Api } from "./api.js";
import { Lists } from "./lists.js";
import { fill, wordsOf } from "./words.js";

const api = new Api();
const words = wordsOf(document);
const done = { approve: words.claim_approved, reject: words.claim_rejected, "follow-up": words.claim_followed };

/**
 * What is said to the server; null where a reason is needed and none is given.
 * @param {HTMLFormElement} form
 * @param {string} does
 */
function bodyOf(form, does) {
  const said = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea")).value.trim();
  if (does === "follow-up") return said ? { finding: said } : null;
  if (does === "reject") return said ? { reason: said } : null;
  if (form.dataset.why && !said) return null;
  return { seen_amount_fen: Number(form.dataset.seen), reason: said };
}

new Lists("claims", "form textarea", async (form, does) => {
  const body = bodyOf(form, does);
  if (!body) {
    form.querySelector("textarea")?.focus();
    return { trouble: words.remedy_reason_missing };
  }
  const path = `remedies/${encodeURIComponent(form.dataset.remedy ?? "")}/${does}`;
  const answer = await api.ask(path, body).catch(() => null);
  if (answer?.status === 200) return { told: done[/** @type {keyof typeof done} */ (does)] };
  const code = answer?.data?.error?.code;
  const why = words[`remedy_problem_${code}`] ?? answer?.data?.error?.message ?? String(answer?.status);
  const unreached = !answer || answer.status >= 500;
  return { trouble: unreached ? words.claim_offline : fill(words.remedy_refused, { why }) };
});
