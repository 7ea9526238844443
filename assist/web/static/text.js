// @ts-check
/** Text put somewhere and texts compared. */

/**
 * Copy by whatever way the frame allows. The old way is tried last: it works where the new one is forbidden.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const before = document.activeElement;
    const holder = document.createElement("textarea");
    holder.className = "copy-holder";
    holder.value = text;
    document.body.append(holder);
    holder.select();
    const copied = document.execCommand("copy");
    holder.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    return copied;
  }
}

/**
 * Put text at the caret: what is written stays, and undo takes the text out again.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
export function insertAtCaret(area, text) {
  area.focus();
  area.setSelectionRange(area.selectionEnd, area.selectionEnd);
  write(area, text);
}

/**
 * The text becomes this: undo brings the old one back, and the caret stays between what it stood between.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
export function replaceText(area, text) {
  const { value, selectionEnd } = area;
  const ahead = text.startsWith(value.slice(0, selectionEnd));
  const caret = ahead ? selectionEnd : Math.max(0, text.length - (value.length - selectionEnd));
  area.focus();
  area.select();
  write(area, text);
  area.setSelectionRange(caret, caret);
}

/**
 * Over the selection, as if it was typed.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
function write(area, text) {
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
}

/**
 * How far apart two texts are: 0 the same, 1 nothing in common (edits by the longer length).
 * @param {string} one
 * @param {string} other
 */
export function distance(one, other) {
  const a = Array.from(one);
  const b = Array.from(other);
  const longer = Math.max(a.length, b.length);
  if (!longer) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return Math.round((row[b.length] / longer) * 1000) / 1000;
}

/** @param {KeyboardEvent} event whether an input method is still choosing characters */
export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}
