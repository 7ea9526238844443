// @ts-check
/** Words come from the page's JSON block; none stand in scripts. */

/**
 * @param {ParentNode} root
 * @returns {import("./types.js").Words}
 */
export function wordsOf(root) {
  return JSON.parse(root.querySelector("#words")?.textContent ?? "{}");
}

/**
 * Fill `{name}`s in.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * How long ago, in the coarsest unit that says enough.
 * @param {import("./types.js").Words} words
 * @param {number} seconds
 */
export function span(words, seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return fill(words.time_seconds, { n: whole });
  if (whole < 3600) return fill(words.time_minutes, { n: Math.floor(whole / 60) });
  if (whole < 86400) return fill(words.time_hours, { n: Math.floor(whole / 3600) });
  return fill(words.time_days, { n: Math.floor(whole / 86400) });
}

const SLOT = /\{\{\s*([^{}]*?)\s*\}\}/;

/**
 * The first blank of a text that is not filled in, or null.
 * @param {string} text
 */
export function firstSlot(text) {
  const found = SLOT.exec(text);
  return found && { start: found.index, end: found.index + found[0].length, name: found[1] };
}

/** The names of a text's blanks, each once. @param {string} text */
export function slotsOf(text) {
  return [...new Set(Array.from(text.matchAll(new RegExp(SLOT, "g")), (found) => found[1]))];
}

/**
 * @param {string} text
 * @param {Record<string, string>} values
 */
export function withSlots(text, values) {
  return text.replace(new RegExp(SLOT, "g"), (whole, name) => values[name] || whole);
}

/**
 * Put text into an element with each blank as a chip.
 * @param {Element} element
 * @param {string} text
 * @param {import("./types.js").Words} words
 */
export function showWording(element, text, words) {
  element.replaceChildren();
  let rest = text;
  for (let slot = firstSlot(rest); slot; slot = firstSlot(rest)) {
    const chip = document.createElement("span");
    chip.className = "slot";
    chip.dataset.slot = slot.name;
    chip.textContent = words[`slot_${slot.name}`] ?? slot.name;
    chip.title = fill(words.card_slot, { name: slot.name });
    element.append(rest.slice(0, slot.start), chip);
    rest = rest.slice(slot.end);
  }
  element.append(rest);
}

/** The text that was shown so, its blanks as they are written. @param {Element | null} element */
export function wordingOf(element) {
  const said = (/** @type {Node} */ node) =>
    node instanceof HTMLElement && node.dataset.slot !== undefined ? `{{ ${node.dataset.slot} }}` : node.textContent;
  return Array.from(element?.childNodes ?? [], said).join("");
}
