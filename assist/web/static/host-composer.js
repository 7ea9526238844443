// @ts-check
/** The host's own reply box: read it, put text at its caret, and notice what is typed. The draft is never replaced
 *  by an insert, undo takes it out again, and frameworks see it as typing. */

import { composing, insertAtCaret, replaceText } from "./text.js";

/** @typedef {HTMLTextAreaElement | HTMLInputElement} Field */

export class HostComposer {
  #element;
  /** Where the caret was last, in an editable element. @type {Range | null} */
  #caret = null;
  #ended = new AbortController();

  /**
   * @param {HTMLElement} element a textarea, a text input, or an element with contenteditable
   * @param {{typed: (text: string) => void, key: (event: KeyboardEvent) => void}} told
   */
  constructor(element, told) {
    this.#element = element;
    const { signal } = this.#ended;
    element.addEventListener("input", () => told.typed(this.text), { signal });
    element.addEventListener("keydown", (event) => composing(event) || told.key(event), { signal });
    if (!isField(element)) {
      element.ownerDocument.addEventListener("selectionchange", () => this.#remember(), { signal });
    }
  }

  get text() {
    return isField(this.#element) ? this.#element.value : this.#element.innerText.replace(/\n$/, "");
  }

  focus() {
    this.#element.focus();
    if (!isField(this.#element)) this.#place(this.#caret);
  }

  /** @param {string} text */
  insert(text) {
    if (isField(this.#element)) return insertAtCaret(/** @type {HTMLTextAreaElement} */ (this.#element), text);
    this.focus();
    this.#element.ownerDocument.getSelection()?.collapseToEnd();
    this.#write(text);
  }

  /** @param {string} text */
  replace(text) {
    if (isField(this.#element)) return replaceText(/** @type {HTMLTextAreaElement} */ (this.#element), text);
    this.#element.focus();
    this.#element.ownerDocument.getSelection()?.selectAllChildren(this.#element);
    this.#write(text);
  }

  disconnect() {
    this.#ended.abort();
  }

  /** Over the selection, as plain text. @param {string} text */
  #write(text) {
    const { ownerDocument } = this.#element;
    if (ownerDocument.execCommand("insertText", false, text)) return;
    const selection = ownerDocument.getSelection();
    if (!selection?.rangeCount) return;
    const range = selection.getRangeAt(0);
    range.deleteContents();
    range.insertNode(ownerDocument.createTextNode(text));
    selection.collapseToEnd();
    this.#element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  }

  #remember() {
    const selection = this.#element.ownerDocument.getSelection();
    const inside = selection?.rangeCount && this.#element.contains(selection.anchorNode);
    if (selection && inside) this.#caret = selection.getRangeAt(0).cloneRange();
  }

  /** @param {Range | null} caret */
  #place(caret) {
    const selection = this.#element.ownerDocument.getSelection();
    if (caret && this.#element.contains(caret.startContainer)) {
      selection?.removeAllRanges();
      selection?.addRange(caret);
    } else if (!selection?.rangeCount || !this.#element.contains(selection.anchorNode)) {
      selection?.selectAllChildren(this.#element);
      selection?.collapseToEnd();
    }
  }
}

/**
 * @param {HTMLElement} element
 * @returns {element is Field}
 */
function isField(element) {
  return element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
}
