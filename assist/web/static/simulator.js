// @ts-check
/** Send a draft to be simulated, show how far it is, and open what it came to. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { fill, wordsOf } from "./words.js";

signInAgain();

const POLL_MS = 300;

const api = new Api();
const words = wordsOf(document);
const form = /** @type {HTMLFormElement} */ (byId("draft"));
const text = /** @type {HTMLTextAreaElement} */ (byId("text"));
const run = /** @type {HTMLButtonElement} */ (byId("run"));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  simulate();
});
byId("reset").addEventListener("click", () => {
  text.value = /** @type {HTMLTextAreaElement} */ (byId("published")).value;
  showFindings([]);
});
if (form.dataset.job) follow(form.dataset.job);

async function simulate() {
  showFindings([]);
  showProblem("");
  run.disabled = true;
  const days = Number(/** @type {HTMLSelectElement} */ (byId("days")).value);
  const answer = await api.ask("simulations", { draft: text.value, days }).catch(() => null);
  if (answer?.status === 202) return follow(answer.data.id);
  run.disabled = false;
  if (answer?.status === 422 && answer.data?.findings) showFindings(answer.data.findings);
  else showProblem(answer?.status === 409 ? words.sim_busy : answer ? words.sim_failed : words.sim_unreachable);
}

/** @param {string} id */
async function follow(id) {
  run.disabled = true;
  for (;;) {
    const answer = await api.ask(`simulations/${id}`).catch(() => null);
    if (answer && (answer.status !== 200 || answer.data.state !== "running")) {
      location.assign(`/simulator?${new URLSearchParams({ job: id, lang: form.dataset.lang ?? "" })}#result`);
      return;
    }
    showProblem(answer ? "" : words.sim_unreachable);
    if (answer) showProgress(answer.data.done, answer.data.of);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * @param {number} done
 * @param {number} of
 */
function showProgress(done, of) {
  const shown = byId("progress");
  const bar = /** @type {HTMLProgressElement} */ (shown.querySelector("progress"));
  shown.hidden = false;
  bar.max = Math.max(of, 1);
  bar.value = done;
  const said = of ? fill(words.sim_running, { done, of }) : words.sim_counting;
  /** @type {HTMLElement} */ (shown.querySelector("span")).textContent = said;
}

/** @param {{line: number, message: string}[]} findings */
function showFindings(findings) {
  const shown = byId("findings");
  shown.hidden = findings.length === 0;
  /** @type {HTMLElement} */ (shown.querySelector("h2")).textContent = fill(words.sim_findings, { n: findings.length });
  /** @type {HTMLElement} */ (shown.querySelector("ul")).replaceChildren(...findings.map(findingItem));
}

/** @param {{line: number, message: string}} finding */
function findingItem({ line, message }) {
  const item = document.createElement("li");
  const place = document.createElement("button");
  place.type = "button";
  place.className = "button quiet";
  place.textContent = fill(words.sim_line, { n: line });
  place.addEventListener("click", () => selectLine(line));
  item.append(place, ` ${message}`);
  return item;
}

/** @param {number} line counted from 1 */
function selectLine(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  text.scrollTop = (text.scrollHeight / Math.max(lines.length, 1)) * Math.max(line - 4, 0);
}

/** @param {string} said */
function showProblem(said) {
  const problem = byId("problem");
  problem.hidden = !said;
  problem.textContent = said;
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
