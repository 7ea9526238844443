// @ts-check
/**
 * What guards found in a text: where it stands once the text has changed, and the text without it.
 *
 * Places are counted in characters, as the server does, not in UTF-16 units.
 *
 * @typedef {"note" | "warn" | "block"} Action
 * @typedef {{rule: string, action: Action, start: number, end: number, reason: string, basis: string,
 *   rewrite: string | null}} Finding
 */

/** @type {Action[]} */
const WORST_FIRST = ["block", "warn", "note"];

/**
 * What happens to a text as a whole: the strictest of all.
 * @param {Finding[]} findings at least one
 */
export function worst(findings) {
  return findings.map((one) => one.action).sort((a, b) => WORST_FIRST.indexOf(a) - WORST_FIRST.indexOf(b))[0];
}

/**
 * Each thing to be told once, with its words, the worst first; the same words under the same rule are one.
 * @param {string} text
 * @param {Finding[]} findings
 */
export function told(text, findings) {
  const characters = Array.from(text);
  const each = new Map();
  for (const one of findings) {
    const words = characters.slice(one.start, one.end).join("");
    const key = JSON.stringify([one.rule, words, one.rewrite]);
    if (!each.has(key)) each.set(key, { ...one, words, key });
  }
  const rows = /** @type {(Finding & {words: string, key: string})[]} */ ([...each.values()]);
  return rows.sort((a, b) => WORST_FIRST.indexOf(a.action) - WORST_FIRST.indexOf(b.action) || a.start - b.start);
}

/**
 * The findings whose words still stand after the text was changed, each where it stands now. What was touched is gone.
 * @param {Finding[]} findings
 * @param {string} before
 * @param {string} after
 */
export function moved(findings, before, after) {
  if (before === after || !findings.length) return findings;
  const [old, now] = [Array.from(before), Array.from(after)];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const by = now.length - old.length;
  return findings.flatMap((one) => {
    if (one.end <= head) return [one];
    return one.start >= old.length - tail ? [{ ...one, start: one.start + by, end: one.end + by }] : [];
  });
}

/**
 * The text with every rewrite in its place; what has none stays.
 * @param {string} text
 * @param {Finding[]} findings
 */
export function rewritten(text, findings) {
  const characters = Array.from(text);
  for (const one of [...findings].sort((a, b) => b.start - a.start)) {
    if (one.rewrite !== null) characters.splice(one.start, one.end - one.start, ...Array.from(one.rewrite));
  }
  return characters.join("");
}
