// @ts-check
/** What a form of any model holds, as the model's JSON. What `data-*` means, and what is gathered, is as in
 * web/model_form.py.
 */

/** @typedef {string | number | boolean | null | unknown[] | {[key: string]: unknown}} Json */

/** Shown for an outer space of a line, which means something. */
const SPACE = "␣";

/**
 * The part of a group that is its own, not of a group within it.
 * @param {HTMLElement} group
 * @param {string} selector
 */
export function own(group, selector) {
  return [...group.querySelectorAll(selector)].find((one) => one.parentElement?.closest("[data-kind]") === group) ?? null;
}

/**
 * The fields right below a group.
 * @param {Element} group
 * @returns {HTMLElement[]}
 */
export function fieldsOf(group) {
  return /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-kind]")]).filter(
    (one) => one.parentElement?.closest("[data-kind]") === group,
  );
}

/**
 * Return the JSON that a field's controls hold.
 * @param {HTMLElement} node
 * @returns {Json}
 */
export function gather(node) {
  const below = () => fieldsOf(node);
  switch (node.dataset.kind) {
    case "table":
      return Object.fromEntries(
        below()
          .filter((child) => !("omitted" in child.dataset) || shownIn(child))
          .map((child) => [child.dataset.name, gather(child)]),
      );
    case "rows":
      return below().map(gather);
    case "map":
      return Object.fromEntries(below().map((pair) => fieldsOf(pair).map(gather)));
    case "optional":
      return /** @type {HTMLInputElement | null} */ (own(node, "[data-there]"))?.checked ? gather(below()[0]) : null;
    case "union":
      return gather(below()[Number(/** @type {HTMLSelectElement | null} */ (own(node, "[data-which]"))?.value ?? 0)]);
    default:
      return gatherControl(node);
  }
}

/**
 * @param {HTMLElement} node
 * @returns {Json}
 */
function gatherControl(node) {
  switch (node.dataset.kind) {
    case "const":
      return node.dataset.value ?? "";
    case "check":
      return Boolean(node.querySelector("input")?.checked);
    case "choices": {
      const chips = /** @type {HTMLElement | null} */ (node.querySelector("[data-chosen]"));
      const chosen = /** @type {string[]} */ (JSON.parse(chips?.dataset.chosen ?? "[]"));
      return "numbers" in node.dataset ? chosen.map(Number) : chosen;
    }
    case "lines":
    case "cells":
    case "pairs":
      return gatherLines(node);
    case "number":
      return keptNumber(shownIn(node), Number(node.dataset.places ?? 0));
    case "clock":
      return keptClock(shownIn(node));
    default:
      return !shownIn(node) && "nullable" in node.dataset ? null : shownIn(node);
  }
}

/** @param {HTMLElement} node */
export function shownIn(node) {
  const control = node.querySelector("input, select, textarea");
  return /** @type {HTMLInputElement | null} */ (control)?.value ?? "";
}

/**
 * @param {HTMLElement} node
 * @returns {Json}
 */
function gatherLines(node) {
  const lines = shownIn(node)
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (node.dataset.kind === "lines") return lines.map((line) => line.replaceAll(SPACE, " "));
  const bare = (node.dataset.separator ?? "").trim();
  if (node.dataset.kind === "cells")
    return lines.map((line) => line.split(bare).map((cell) => cell.trim()).filter(Boolean));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(bare);
      const [one, other] = at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + bare.length).trim()];
      return [one, "numbers" in node.dataset ? keptNumber(other, 0) : other];
    }),
  );
}

/**
 * The number that was typed, its decimal point moved by `places` to the left; the text if it is none. The point is
 * moved in the text: 0.145 times a hundred is no 14.5 in floating numbers.
 * @param {string} shown
 * @param {number} places
 */
export function keptNumber(shown, places) {
  const text = shown.trim();
  if (!text) return null;
  const parts = /^([+-]?)(\d{0,17})(?:\.(\d{0,17}))?$/.exec(text);
  if (!parts || !(parts[2] || parts[3])) return text;
  const [, sign, whole, rest = ""] = parts;
  const digits = whole + rest;
  const point = whole.length - places;
  const padded = digits.padStart(digits.length + Math.max(0, -point), "0");
  const at = Math.max(0, point);
  return Number(`${sign}${padded.slice(0, at).padEnd(at, "0") || "0"}.${padded.slice(at) || "0"}`);
}

/** @param {string} shown */
function keptClock(shown) {
  if (!shown.trim()) return null;
  const [hours, minutes] = shown.trim().split(":");
  const read = Number(hours) * 60 + Number(minutes);
  return Number.isInteger(read) ? read : shown;
}

