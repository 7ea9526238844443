// @ts-check
/** What a change to the rules would do, before it is live: a sentence, known questions, the hours, the cost. */

import { text } from "./kb-form-shown.js";
import { fill } from "./words.js";

/**
 * @typedef {{api: import("./api.js").Api, words: import("./types.js").Words, state: any, body: () => import("./model-gather.js").Json}} Page
 */

/**
 * Bring the effects of this entry to life; returns what to do whenever the draft has changed.
 * @param {Page} page
 * @returns {() => void}
 */
export function effects(page) {
  const form = document.getElementById("try");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    trySentence(page);
  });
  document.getElementById("measure")?.addEventListener("click", () => measure(page));
  document.getElementById("simulate")?.addEventListener("click", () => simulate(page));
  return () => {
    if (document.getElementById("hours-now")) showHours(page);
    if (document.getElementById("tried")?.childElementCount) trySentence(page);
  };
}

/**
 * @param {Page} page
 * @param {string} what
 * @param {object} [more]
 */
async function ask({ api, state, body }, what, more = {}) {
  const path = `kb/effects/${state.kind}/${state.entry_id}/${what}?lang=${encodeURIComponent(state.language)}`;
  return api.ask(path, { body: body(), ...more }).catch(() => null);
}

/** @param {Page} page */
async function trySentence(page) {
  const sentence = /** @type {HTMLTextAreaElement} */ (document.getElementById("sentence")).value;
  const place = /** @type {HTMLElement} */ (document.getElementById("tried"));
  if (!sentence.trim()) return place.replaceChildren();
  const answer = await ask(page, "sentence", { text: sentence });
  if (answer?.status !== 200) return place.replaceChildren(problem(page, answer));
  const [draft, now] = [lines(answer.data.draft, page.words), lines(answer.data.now, page.words)];
  place.replaceChildren(text("h3", page.words.try_draft), ...draft, text("h3", page.words.try_now));
  place.append(...(said(draft) === said(now) ? [text("p", page.words.try_same, "small")] : now));
}

/** @param {HTMLElement[]} rows */
function said(rows) {
  return rows.map((row) => row.textContent).join("\n");
}

/**
 * @param {any} tried
 * @param {import("./types.js").Words} words
 */
function lines(tried, words) {
  /** @type {HTMLElement[]} */
  const rows = [];
  if (tried.checked) {
    rows.push(text("p", words[`try_action_${tried.checked.action}`], `verdict ${tried.checked.action}`));
    for (const one of tried.checked.findings) {
      const instead = one.rewrite ? ` ${words.try_instead}「${one.rewrite}」` : "";
      rows.push(text("p", `「${one.text ?? one.term}」 ${one.reason}${instead}`, "small"));
    }
  }
  if (tried.mood) {
    rows.push(text("p", fill(words.try_mood, { mood: tried.mood, score: tried.score })));
    const alerts = tried.alerts.map((/** @type {string} */ why) => text("p", fill(words.try_alert, { why }), "verdict warn"));
    rows.push(...(alerts.length ? alerts : [text("p", words.try_no_alert, "small")]));
  }
  if (tried.intent !== null || tried.cards.length) {
    if (tried.intent) rows.push(text("p", fill(words.try_intent, { intent: tried.intent })));
    const cards = tried.cards.map((/** @type {any} */ card) => text("p", `${Math.round(card.score * 100)} % ${card.title}`));
    rows.push(...(cards.length ? cards : [text("p", words.try_no_cards, "small")]));
  }
  return rows;
}

/** @param {Page} page */
async function measure(page) {
  const place = /** @type {HTMLElement} */ (document.getElementById("measured"));
  place.replaceChildren(text("p", page.words.try_measuring, "small"));
  const answer = await ask(page, "regression");
  if (answer?.status !== 200) return place.replaceChildren(problem(page, answer));
  const { n, before, after, worse, better } = answer.data;
  const percent = (/** @type {number} */ share) => (share * 100).toFixed(1);
  place.replaceChildren(text("p", fill(page.words.try_hits, { n, before: percent(before), after: percent(after) })));
  for (const [name, turned] of [
    [page.words.try_worse, worse],
    [page.words.try_better, better],
  ]) {
    if (!turned.length) continue;
    place.append(text("h3", name));
    for (const one of turned) place.append(text("p", fill(page.words.try_turned, one), "small"));
  }
}

/** @param {Page} page */
async function showHours(page) {
  const place = /** @type {HTMLElement} */ (document.getElementById("hours-now"));
  const answer = await ask(page, "now");
  if (answer?.status !== 200) return;
  const { open, now, changes_at: at } = answer.data;
  const first = fill(open ? page.words.try_open : page.words.try_shut, { now });
  const then = at ? fill(open ? page.words.try_until : page.words.try_opens, { at }) : page.words.try_never;
  place.textContent = `${first} · ${then}`;
}

/** Simulate this very draft: the simulator opens with it. @param {Page} page */
async function simulate(page) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("simulate"));
  button.disabled = true;
  const answer = await ask(page, "cost");
  button.disabled = false;
  const query = new URLSearchParams({ job: answer?.data?.job ?? "", lang: page.state.language });
  if (answer?.status === 202) location.assign(`/simulator?${query}`);
  else button.after(problem(page, answer));
}

/**
 * @param {Page} page
 * @param {import("./api.js").Answer | null} answer
 */
function problem(page, answer) {
  const message = answer?.data?.error?.message ?? answer?.status;
  return text("p", answer ? fill(page.words.form_failed, { message }) : page.words.form_offline, "error");
}
