// @ts-check
/** The demo desk: list, chat and composer around the sidebar. The sidebar's stream feeds them all. */

import { signInAgain } from "./again.js";
import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { FreshAssist } from "./fresh-assist.js";
import { KeptDrafts } from "./kept-drafts.js";
import { ConversationList } from "./list.js";
import { wordsOf } from "./words.js";

signInAgain();

const words = wordsOf(document);
const api = new Api();
const assist = /** @type {FreshAssist} */ (document.getElementById("assist"));
const chat = new Chat(api, words, assist.getAttribute("lang") ?? "zh");
const list = new ConversationList(words, choose);
const kept = new KeptDrafts(assist.getAttribute("agent") ?? "");
/** @type {import("./composer.js").Host} */
const host = {
  sent: (conversation) => chat.sent(conversation),
  typed: (text) => assist.setDraft(text),
  refused: (text, refused) => assist.draftRefused(text, refused),
};
const composer = new Composer(api, words, host, kept);
let selected = "";

/** @param {string} id */
function choose(id) {
  open(id);
  composer.focus();
}

/** @param {string} id */
function open(id) {
  const conversation = list.get(id);
  if (!conversation || id === selected) return;
  selected = id;
  const here = new URL(location.href);
  here.searchParams.set("conversation", id);
  history.replaceState(null, "", here);
  for (const other of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".languages a"))) {
    const lang = new URLSearchParams(other.search).get("lang") ?? "";
    other.search = String(new URLSearchParams({ lang, conversation: id }));
  }
  list.select(id);
  assist.setAttribute("conversation", id);
  composer.select(id, conversation.customer_name || words.side_unnamed);
  void chat.load(id);
}

/** @param {import("./types.js").Conversation[]} conversations @param {boolean} whole */
function take(conversations, whole) {
  list.take(conversations, whole);
  if (!selected) open(new URLSearchParams(location.search).get("conversation") ?? "");
  if (!selected) open(list.first());
}

assist.addEventListener("assist-news", (event) => {
  const { conversations, snapshot } = /** @type {CustomEvent} */ (event).detail;
  const before = selected;
  take(conversations, snapshot);
  const ours = conversations.some((/** @type {{id: string}} */ one) => one.id === selected);
  if (ours && selected === before) void chat.load(selected);
});
assist.addEventListener("assist-clock", (event) => {
  list.skewMs = /** @type {CustomEvent} */ (event).detail.skewMs;
});
assist.addEventListener("assist-insert", (event) => {
  const { text, source, suggestionId } = /** @type {CustomEvent} */ (event).detail;
  composer.insert(text, source, suggestionId);
});
assist.addEventListener("assist-stale", (event) => {
  composer.forget(/** @type {CustomEvent} */ (event).detail.suggestionId);
});
assist.addEventListener("assist-draft", (event) => composer.put(/** @type {CustomEvent} */ (event).detail.text));
assist.addEventListener("assist-reason", (event) => {
  const { text, reason } = /** @type {CustomEvent} */ (event).detail;
  composer.sendFor(text, reason);
});
assist.addEventListener("assist-back", () => composer.focus());
assist.addEventListener("assist-signed-out", () => location.reload());

take(JSON.parse(document.getElementById("conversations")?.textContent ?? "[]"), true);
