// @ts-check
/** What a practice came to: counted from the reviews on the page, kept nowhere. */

import { fill, span } from "./words.js";

/**
 * @param {import("./practice-types.js").Review[]} reviews one a turn
 * @param {number} turns how many there were
 * @param {import("./types.js").Words} words
 * @returns {Record<string, string>} by the name of its place
 */
export function summed(reviews, turns, words) {
  const of = (/** @type {number} */ n, /** @type {number} */ all) => fill(words.practice_of, { n, of: all });
  const time = (/** @type {number | null} */ seconds) =>
    seconds === null ? words.practice_nothing : span(words, Math.round(seconds));
  const withCards = reviews.filter((one) => one.cards);
  const steps = reviews.flatMap((one) => one.steps);
  const then = reviews.flatMap((one) => (one.then_seconds === null ? [] : [one.then_seconds]));
  return {
    turns: of(reviews.length, turns),
    time: time(median(reviews.map((one) => one.seconds))),
    then: time(median(then)),
    cards: withCards.length ? of(withCards.filter((one) => one.used).length, withCards.length) : words.practice_nothing,
    findings: String(reviews.reduce((sum, one) => sum + one.checked.findings.length, 0)),
    steps: steps.length ? of(steps.filter((one) => one.said).length, steps.length) : words.practice_nothing,
  };
}

/** The middle one; of two in the middle their mean. @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (!sorted.length) return null;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
