// @ts-check
/** The sidebar alone, for an iframe: a ticket for a token in memory, and which conversation to show. */

import { Api, takeTicket } from "./api.js";
import { FreshAssist } from "./fresh-assist.js";
import { wordsOf } from "./words.js";

const words = wordsOf(document);
const assist = /** @type {FreshAssist} */ (document.getElementById("assist"));
const choice = /** @type {HTMLSelectElement} */ (document.getElementById("choice"));
const given = new URLSearchParams(location.search).get("conversation");
const ticket = takeTicket();
/** @type {Map<string, import("./types.js").Conversation>} */
let conversations = new Map();

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {"no-ticket" | "spent" | "failed"} id */
function problem(id) {
  for (const one of ["no-ticket", "spent", "failed"]) element(one).hidden = one !== id;
  element("where-from").hidden = id === "failed";
  element("problem").hidden = false;
  element("pick").hidden = true;
  assist.hidden = true;
}

/** @param {string} spent */
async function signIn(spent) {
  const answer = await new Api().ask("token", { ticket: spent }).catch(() => null);
  if (answer?.status !== 200) return problem(answer && answer.status < 500 ? "spent" : "failed");
  element("problem").hidden = true;
  assist.hidden = false;
  element("pick").hidden = Boolean(given);
  if (given) assist.setAttribute("conversation", given);
  assist.token = answer.data.token;
}

/** Stay with a waiting conversation; when it waits no more, take the newest that does. */
function follow() {
  if (given || choice.value || assist.busy) return;
  const now = conversations.get(assist.getAttribute("conversation") ?? "");
  if (now?.waiting_since) return;
  const [newest] = [...conversations.values()]
    .filter((one) => one.waiting_since)
    .sort((a, b) => Date.parse(b.waiting_since ?? "") - Date.parse(a.waiting_since ?? ""));
  if (newest) assist.setAttribute("conversation", newest.id);
}

function list() {
  const newest = [...conversations.values()].sort((a, b) => Date.parse(b.last_at) - Date.parse(a.last_at));
  const [first] = choice.options;
  const options = newest.map((one) => {
    const name = one.customer_name || words.side_unnamed;
    return new Option(`${one.waiting_since ? "● " : ""}${name}`, one.id, false, one.id === choice.value);
  });
  choice.replaceChildren(first, ...options);
}

assist.addEventListener("assist-news", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (detail.snapshot) conversations = new Map();
  for (const one of detail.conversations) conversations.set(one.id, one);
  if (document.activeElement !== choice) list();
  follow();
});
choice.addEventListener("change", () => {
  if (choice.value) assist.setAttribute("conversation", choice.value);
  else follow();
});
choice.addEventListener("blur", list);
assist.addEventListener("assist-signed-out", () => problem("no-ticket"));

if (ticket) {
  element("again").addEventListener("click", () => void signIn(ticket));
  void signIn(ticket);
} else {
  problem("no-ticket");
}
