// @ts-check
/** What a check of a form came to, on the page: findings, changes, and the card as agents see it. */

import { fill } from "./words.js";

/** @typedef {import("./types.js").Words} Words */

/**
 * @param {HTMLElement} list
 * @param {{problems: {message: string}[], findings: {level: string, message: string, cure: string, owner: string}[]}} found
 * @param {{message: string}[]} left  problems that belong to no field
 * @param {Words} words
 */
export function showFindings(list, found, left, words) {
  const rows = left.map((one) => row("error", words.form_level_error, one.message, ""));
  if (found.problems.length)
    rows.unshift(row("error", words.form_level_error, fill(words.form_problems, { n: found.problems.length }), ""));
  rows.push(...found.findings.map((one) => row(one.level, words[`form_level_${one.level}`], one.message, one.cure)));
  if (!rows.length) rows.push(row("none", "", words.form_findings_none, ""));
  list.replaceChildren(...rows);
}

/**
 * @param {string} level
 * @param {string} name
 * @param {string} message
 * @param {string} cure
 */
function row(level, name, message, cure) {
  const item = document.createElement("li");
  item.className = `finding ${level}`;
  if (name) item.append(text("strong", name), " ");
  item.append(message);
  if (cure) item.append(text("span", ` ${cure}`, "small"));
  return item;
}

/**
 * @param {HTMLElement} place
 * @param {{where: string[], before: string, after: string}[]} changes
 * @param {Words} words
 */
export function showChanges(place, changes, words) {
  if (!changes.length) return place.replaceChildren(text("p", words.form_changes_none, "small"));
  const list = document.createElement("dl");
  list.className = "changes";
  for (const one of changes) {
    const old = document.createElement("dd");
    old.append(text("span", `${words.form_before} `, "small"), text("del", one.before || words.form_nothing));
    const now = document.createElement("dd");
    now.append(text("span", `${words.form_after} `, "small"), text("ins", one.after || words.form_nothing));
    list.append(text("dt", one.where.join(" › ")), old, now);
  }
  place.replaceChildren(list);
}

/** The preview is the server's own card, with the sidebar's styles and nothing to press. @param {string} html */
export function showPreview(html) {
  const place = document.getElementById("preview");
  const none = document.getElementById("preview-none");
  if (!place || !none) return;
  none.hidden = Boolean(html);
  const shadow = place.shadowRoot ?? place.attachShadow({ mode: "open" });
  const links = (place.dataset.styles ?? "").split(" ").map((address) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    return link;
  });
  const cards = document.createElement("div");
  cards.className = "cards";
  cards.innerHTML = html;
  shadow.replaceChildren(...links, cards);
}

/**
 * @param {string} tag
 * @param {string} said
 * @param {string} [name]
 */
export function text(tag, said, name) {
  const made = document.createElement(tag);
  made.textContent = said;
  if (name) made.className = name;
  return made;
}
