// @ts-check
/** The list of keys, where each can be changed: press the new one. What cannot be used is told by the server. */

import { keyOf, shownKey } from "./keys.js";
import { composing } from "./text.js";
import { fill } from "./words.js";

const MODIFIERS = ["Alt", "AltGraph", "Control", "Meta", "Shift"];

/** Set up once. @type {WeakSet<HTMLDialogElement>} */
const dressed = new WeakSet();
/** Which action waits for its new key. */
let changing = "";
/** @type {import("./keys.js").KeyMap} */
let keys = {};

/**
 * @param {HTMLDialogElement} dialog
 * @param {import("./keys.js").Desk} desk
 * @param {import("./keys.js").KeyMap} map
 * @param {(map: import("./keys.js").KeyMap) => void} take the new keys
 */
export function showKeys(dialog, desk, map, take) {
  keys = map;
  stopChanging(dialog);
  tell(dialog, "");
  if (!dressed.has(dialog)) dress(dialog, desk, take);
  dialog.showModal();
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {import("./keys.js").Desk} desk
 * @param {(map: import("./keys.js").KeyMap) => void} take
 */
function dress(dialog, desk, take) {
  dressed.add(dialog);
  const save = async (/** @type {import("./keys.js").KeyMap} */ wanted) => {
    const answer = await desk.api.ask("me/preferences", { keys: wanted }, "PUT").catch(() => null);
    const { problem, other } = answer?.data?.error ?? {};
    if (answer?.status === 200) take((keys = answer.data.keys));
    stopChanging(dialog);
    const refused = fill(desk.words[`key_problem_${problem}`] ?? "", { other: desk.words[`key_${other}`] ?? "" });
    tell(dialog, answer?.status === 200 ? desk.words.keys_kept : refused || desk.words.keys_unkept);
  };
  dialog.addEventListener("click", (event) => {
    const { change, does } = /** @type {HTMLElement} */ (event.target).dataset;
    if (does === "close") dialog.close();
    if (does === "reset") void save({});
    if (!change) return;
    stopChanging(dialog);
    changing = change;
    kbdOf(dialog, change).textContent = desk.words.keys_press;
  });
  dialog.addEventListener("cancel", (event) => {
    if (changing) event.preventDefault();
  });
  dialog.addEventListener("keydown", (event) => {
    if (!changing || composing(event) || MODIFIERS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const key = keyOf(event);
    const action = changing;
    if (key === "Escape") return stopChanging(dialog);
    // All nine digits go together.
    void save({ ...keys, [action]: action === "insert" ? key.replace(/(?<=\+)[1-9]$/, "1") : key });
  });
}

/** @param {HTMLDialogElement} dialog */
function stopChanging(dialog) {
  changing = "";
  for (const [action, key] of Object.entries(keys)) kbdOf(dialog, action).textContent = shownKey(key, action);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} text
 */
function tell(dialog, text) {
  const said = /** @type {HTMLElement} */ (dialog.querySelector("[role=status]"));
  said.textContent = text;
  said.hidden = !text;
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} action
 */
function kbdOf(dialog, action) {
  return /** @type {HTMLElement} */ (dialog.querySelector(`kbd[data-key="${action}"]`));
}
