// @ts-check
/** A form of any model: rows that come, go and move, choices, and problems shown where they are. */

import { fieldsOf, gather, own, shownIn } from "./model-gather.js";
import { fill } from "./words.js";

/**
 * @typedef {Record<string, [string, string][]>} Sets  what may be chosen, by name: [value, label]s
 * @typedef {{path: (string | number)[], message: string}} Problem
 */

/**
 * Bring a form to life.
 * @param {HTMLElement} form
 * @param {Sets} sets
 * @param {import("./types.js").Words} words
 */
export function awaken(form, sets, words) {
  fillIn(form, sets, words);
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button && form.contains(button)) pressed(button, sets, words);
  });
  form.addEventListener("change", (event) => {
    const control = event.target;
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
    if ("there" in control.dataset) showPart(control);
    if ("which" in control.dataset) showVariant(/** @type {HTMLSelectElement} */ (control));
    if ("option" in control.dataset) takeChoice(/** @type {HTMLInputElement} */ (control), sets);
  });
}

/**
 * Put what may be chosen where it is chosen: the page carries every set once.
 * @param {ParentNode} within
 * @param {Sets} sets
 * @param {import("./types.js").Words} words
 */
function fillIn(within, sets, words) {
  for (const select of within.querySelectorAll("select[data-value]")) {
    const holder = /** @type {HTMLElement} */ (select.closest("[data-kind]"));
    const kept = /** @type {HTMLElement} */ (select).dataset.value ?? "";
    const options = [...(sets[holder.dataset.options ?? ""] ?? [])];
    if ("nullable" in holder.dataset) options.unshift(["", words.form_none]);
    else if (!kept) options.unshift(["", words.form_pick]);
    if (kept && !options.some(([value]) => value === kept)) options.push([kept, kept]);
    select.replaceChildren(...options.map(([value, label]) => new Option(label, value, value === kept, value === kept)));
  }
  for (const chips of within.querySelectorAll("[data-chosen]")) showChosen(/** @type {HTMLElement} */ (chips), sets);
  // Few and short: the days of a week stand open.
  for (const button of within.querySelectorAll("[data-numbers] [data-choose]"))
    choose(/** @type {HTMLButtonElement} */ (button), sets, false);
}

/**
 * @param {HTMLElement} chips
 * @param {Sets} sets
 */
function showChosen(chips, sets) {
  const named = new Map(setOf(chips, sets));
  const chosen = /** @type {string[]} */ (JSON.parse(chips.dataset.chosen ?? "[]"));
  chips.replaceChildren(
    ...chosen.map((value) => {
      const chip = document.createElement("span");
      chip.className = "chip";
      chip.textContent = named.get(value) ?? value;
      return chip;
    }),
  );
}

/**
 * @param {Element} within
 * @param {Sets} sets
 */
function setOf(within, sets) {
  const holder = /** @type {HTMLElement} */ (within.closest("[data-kind]"));
  return sets[holder.dataset.options ?? ""] ?? [];
}

/**
 * @param {HTMLButtonElement} button
 * @param {Sets} sets
 * @param {import("./types.js").Words} words
 */
function pressed(button, sets, words) {
  if ("choose" in button.dataset) choose(button, sets);
  else if ("add" in button.dataset) add(button, sets, words);
  else if ("remove" in button.dataset) remove(button);
  else if (button.dataset.move) move(button, Number(button.dataset.move));
}

/**
 * Open or close the boxes to tick.
 * @param {HTMLButtonElement} button
 * @param {Sets} sets
 * @param {boolean} [focused]
 */
function choose(button, sets, focused = true) {
  const holder = /** @type {HTMLElement} */ (button.closest("[data-kind]"));
  const open = holder.querySelector(".choices-open");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const chips = /** @type {HTMLElement} */ (holder.querySelector("[data-chosen]"));
  const chosen = /** @type {string[]} */ (JSON.parse(chips.dataset.chosen ?? "[]"));
  const known = setOf(holder, sets);
  const strange = chosen.filter((one) => !known.some(([value]) => value === one));
  const boxes = document.createElement("div");
  boxes.className = "choices-open";
  const all = [...known, ...strange.map((one) => /** @type {[string, string]} */ ([one, one]))];
  boxes.append(...all.map(([value, label]) => box(value, label, chosen.includes(value))));
  button.parentElement?.after(boxes);
  if (focused) boxes.querySelector("input")?.focus();
}

/**
 * @param {string} value
 * @param {string} label
 * @param {boolean} ticked
 */
function box(value, label, ticked) {
  const holder = document.createElement("label");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.value = value;
  input.checked = ticked;
  input.dataset.option = "";
  holder.append(input, ` ${label}`);
  return holder;
}

/**
 * What was chosen before keeps its place, what is new comes last: order may mean something.
 * @param {HTMLInputElement} ticked
 * @param {Sets} sets
 */
function takeChoice(ticked, sets) {
  const holder = /** @type {HTMLElement} */ (ticked.closest("[data-kind]"));
  const chips = /** @type {HTMLElement} */ (holder.querySelector("[data-chosen]"));
  const before = /** @type {string[]} */ (JSON.parse(chips.dataset.chosen ?? "[]"));
  const rest = before.filter((one) => one !== ticked.value);
  let chosen = ticked.checked ? [...rest, ticked.value] : rest;
  if ("numbers" in holder.dataset) chosen = chosen.sort((one, other) => Number(one) - Number(other));
  chips.dataset.chosen = JSON.stringify(chosen);
  showChosen(chips, sets);
}

let added = 0;

/**
 * @param {HTMLButtonElement} button
 * @param {Sets} sets
 * @param {import("./types.js").Words} words
 */
function add(button, sets, words) {
  const group = /** @type {HTMLElement} */ (button.closest("[data-kind]"));
  const template = /** @type {HTMLTemplateElement} */ (own(group, "template[data-blank]"));
  const item = /** @type {HTMLElement} */ (template.content.cloneNode(true)).firstElementChild;
  if (!(item instanceof HTMLElement)) return;
  added += 1;
  // Labels name their controls by id, which must be the new row's own.
  for (const one of item.querySelectorAll("[id]")) one.id = `${one.id}.new${added}`;
  for (const label of item.querySelectorAll("label[for]")) label.setAttribute("for", `${label.getAttribute("for")}.new${added}`);
  for (const one of item.querySelectorAll("[aria-describedby]"))
    one.setAttribute("aria-describedby", `${one.getAttribute("aria-describedby")}.new${added}`);
  fillIn(item, sets, words);
  own(group, ".items")?.append(item);
  /** @type {HTMLElement | null} */ (item.querySelector("input, select, textarea"))?.focus();
  button.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {HTMLButtonElement} button */
function remove(button) {
  const item = button.closest("[data-item]");
  const group = item?.parentElement?.closest("[data-kind]");
  item?.remove();
  if (!(group instanceof HTMLElement)) return;
  /** @type {HTMLElement | null} */ (own(group, "[data-add]"))?.focus();
  group.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLButtonElement} button
 * @param {number} by
 */
function move(button, by) {
  const item = button.closest("[data-item]");
  const other = by < 0 ? item?.previousElementSibling : item?.nextElementSibling;
  if (!item || !other) return;
  if (by < 0) other.before(item);
  else other.after(item);
  button.focus();
  button.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {HTMLInputElement | HTMLSelectElement} control */
function showPart(control) {
  const part = control.closest("[data-kind]")?.querySelector(".part");
  if (part instanceof HTMLElement) part.hidden = !(/** @type {HTMLInputElement} */ (control).checked);
}

/** @param {HTMLSelectElement} control */
function showVariant(control) {
  const group = /** @type {HTMLElement} */ (control.closest("[data-kind]"));
  variantsOf(group).forEach((part, index) => (part.hidden = index !== Number(control.value)));
}

/** @param {HTMLElement} group */
function variantsOf(group) {
  return /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-variant]")]).filter(
    (part) => part.parentElement?.closest("[data-kind]") === group,
  );
}

/**
 * Show each problem at its field; what has no field is returned.
 * @param {HTMLElement} root
 * @param {Problem[]} problems
 * @param {boolean} focused  whether to go to the first
 */
export function showProblems(root, problems, focused) {
  for (const old of root.querySelectorAll(".wrong")) {
    old.textContent = "";
    /** @type {HTMLElement} */ (old).hidden = true;
    old.closest("[data-kind]")?.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }
  const left = problems.filter((problem) => !showAt(root, problem));
  if (!focused) return left;
  const first = root.querySelector(".wrong:not([hidden])")?.closest("[data-kind]");
  /** @type {HTMLElement | null | undefined} */ (first?.querySelector("input, select, textarea, button"))?.focus();
  return left;
}

/**
 * @param {HTMLElement} root
 * @param {Problem} problem
 */
function showAt(root, problem) {
  const field = fieldAt(root, problem.path);
  const place = field && (own(field, ".wrong") ?? field.querySelector(".wrong"));
  if (!(place instanceof HTMLElement)) return false;
  place.textContent = place.textContent ? `${place.textContent} ${problem.message}` : problem.message;
  place.hidden = false;
  if (!["table", "rows", "map"].includes(field?.dataset.kind ?? ""))
    field?.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
  for (let up = place.closest("details"); up; up = up.parentElement?.closest("details") ?? null) up.open = true;
  return true;
}

/**
 * The field that a path leads to, or the nearest above it; steps that are no field's (a union's variant) are passed.
 * @param {HTMLElement} root
 * @param {(string | number)[]} path
 * @returns {HTMLElement | null}
 */
function fieldAt(root, path) {
  let field = root;
  for (const step of path) field = below(field, step) ?? field;
  return field === root ? null : field;
}

/**
 * @param {HTMLElement} field
 * @param {string | number} step
 * @returns {HTMLElement | undefined}
 */
function below(field, step) {
  const inner = fieldsOf(field);
  switch (field.dataset.kind) {
    case "optional":
      return below(inner[0], step) ?? inner[0];
    case "union": {
      const at = Number(/** @type {HTMLSelectElement | null} */ (own(field, "[data-which]"))?.value ?? 0);
      return inner[at] && below(inner[at], step);
    }
    case "rows":
      return inner[Number(step)];
    case "map": {
      const pair = inner.find((one) => gather(fieldsOf(one)[0]) === step);
      return pair && fieldsOf(pair)[1];
    }
    default:
      return inner.find((one) => one.dataset.name === String(step));
  }
}

/**
 * Keep the line by which a closed row is known as it is written.
 * @param {HTMLElement} root
 * @param {Sets} sets
 * @param {import("./types.js").Words} words
 */
export function nameRows(root, sets, words) {
  for (const summary of root.querySelectorAll("summary .said")) {
    const row = summary.closest("details")?.querySelector("[data-kind]");
    const named = row && nameOf(row, sets);
    if (named) summary.textContent = named.length > 48 ? fill("{start}…", { start: named.slice(0, 48) }) : named;
    else if (!summary.textContent?.trim()) summary.textContent = words.form_new;
  }
}

/** What a row is known by: its first name, and what tells it from the next of the same name. */
const BESIDE = /** @type {Record<string, string[]>} */ ({ kpi: ["level", "value"], start: ["until"] });

/**
 * @param {Element} row
 * @param {Sets} sets
 * @returns {string}
 */
function nameOf(row, sets) {
  if (row instanceof HTMLElement && row.dataset.kind === "pair") return pairOf(row, sets);
  const first = SUMMARY.find((name) => shownNamed(row, name, sets));
  const names = first ? [first, ...(BESIDE[first] ?? [])] : [];
  return names
    .map((name) => shownNamed(row, name, sets))
    .filter(Boolean)
    .join(" · ");
}

/**
 * A pair is known by its name and what that stands for; what is no text or choice has a name of its own.
 * @param {HTMLElement} pair
 * @param {Sets} sets
 * @returns {string}
 */
function pairOf(pair, sets) {
  const [key, value] = fieldsOf(pair);
  const said = ["table", "rows", "union", "optional"].includes(value.dataset.kind ?? "") ? nameOf(value, sets) : labelOf(value, sets);
  return [labelOf(key, sets), said.split("\n")[0]].filter(Boolean).join(" · ");
}

const SUMMARY = ["kpi", "zh", "title", "name", "value", "text", "role", "kind", "id", "start", "words"];

/**
 * @param {Element} row
 * @param {string} name
 * @param {Sets} sets
 */
function shownNamed(row, name, sets) {
  const field = fieldsOf(row).find((one) => one.dataset.name === name);
  return field ? labelOf(field, sets).split("\n")[0] : "";
}

/**
 * What a field holds, in words where it is a choice.
 * @param {HTMLElement} field
 * @param {Sets} sets
 */
function labelOf(field, sets) {
  const shown = shownIn(field);
  return sets[field.dataset.options ?? ""]?.find(([value]) => value === shown)?.[1] ?? shown;
}
