// @ts-check
/** Amounts as integer fen: read from what was typed, written as people read them. */

/**
 * The amount to give in fen: what stands in the field where there is room, else what was asked or proposed. Null for anything
 * that is not plain digits within the room: money is never guessed.
 * @param {HTMLElement} tier
 * @param {HTMLInputElement | null} field
 */
export function amountOf(tier, field) {
  if (!field) return Number(tier.dataset.given ?? tier.dataset.fen);
  const found = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(field.value.trim());
  if (!found) return null;
  const fen = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return fen >= Number(field.dataset.from) && fen <= Number(field.dataset.to) ? fen : null;
}

/**
 * @param {string} text
 * @param {number} before
 * @param {number} fen
 */
export function withAmount(text, before, fen) {
  const [whole, cents] = [Math.floor(before / 100), String(before % 100).padStart(2, "0")];
  const digits = `${whole}\\.${cents}${cents === "00" ? `|${whole}` : cents.endsWith("0") ? `|${whole}\\.${cents[0]}` : ""}`;
  const money = new RegExp(`([¥￥]\\s?)(?:${digits})(?![\\d.]*\\d)|(?<![\\d.])(?:${digits})(?=\\s?(?:\\u5143|yuan|CNY))`, "g");
  return text.replace(money, (_all, sign) => (sign ?? "") + plain(fen));
}

/** @param {number} fen */
function plain(fen) {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
}

/** @param {number} fen */
export function yuan(fen) {
  return `¥${Math.floor(fen / 100).toLocaleString("en-US")}.${String(fen % 100).padStart(2, "0")}`;
}
