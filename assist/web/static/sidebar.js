// @ts-check
/** The sidebar alone, for an iframe or a window: a ticket for a token in memory, and which conversation to show. */

import { Api, takeTicket } from "./api.js";
import { FreshAssist } from "./fresh-assist.js";
import { Parent } from "./parent.js";
import { TokenKeeper } from "./tokens.js";
import { wordsOf } from "./words.js";

/** So long a host may take to greet us and to bring a ticket. */
const TICKET_MS = 15_000;

const words = wordsOf(document);
const page = element("alone");
const assist = /** @type {FreshAssist} */ (element("assist"));
const choice = /** @type {HTMLSelectElement} */ (element("choice"));
const ticket = takeTicket();
let given = new URLSearchParams(location.search).get("conversation");
/** What the host calls the conversation that we have not heard of yet. @type {any} */
let wanted = null;
let latest = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
/** @type {Map<string, import("./types.js").Conversation>} */
let conversations = new Map();

const tokens = new TokenKeeper(page.dataset.shop ?? "", {
  token: (token, agent) => void enter(token, agent),
  spent: () => problem("spent"),
  failed: () => problem("failed"),
  over: () => ask(),
});
const host = new Parent(assist, (page.dataset.parents ?? "").split(" ").filter(Boolean), {
  ticket: (fresh) => spend(fresh),
  select: (which) => select(which),
  greeted: (lang) => greeted(lang),
});

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {"no-ticket" | "spent" | "failed"} id */
function problem(id) {
  clearTimeout(waiting);
  for (const one of ["no-ticket", "spent", "failed"]) element(one).hidden = one !== id;
  element("where-from").hidden = id === "failed";
  element("problem").hidden = false;
  element("pick").hidden = true;
  assist.hidden = true;
}

/** @param {string} fresh a ticket */
function spend(fresh) {
  clearTimeout(waiting);
  latest = fresh;
  void tokens.exchange(fresh);
}

/** The host brings a ticket, or the agent a new link. */
function ask() {
  if (!host.there) return problem("no-ticket");
  host.tell("ticket-wanted");
  clearTimeout(waiting);
  waiting = setTimeout(() => problem("no-ticket"), TICKET_MS);
}

/**
 * @param {string} token
 * @param {string} agent
 */
async function enter(token, agent) {
  element("problem").hidden = true;
  assist.hidden = false;
  element("pick").hidden = Boolean(given || wanted);
  if (given) assist.selectConversation(given);
  if (agent) assist.setAttribute("agent", agent);
  assist.token = token;
  if (wanted) void find();
  if (!host.there) return;
  const answer = await new Api(token).ask("me/preferences").catch(() => null);
  const { insert, cards, search, fix, keep } = answer?.data?.keys ?? {};
  if (insert) host.tell("keys", { keys: [insert, cards, search, fix, keep] });
}

/** @param {string} lang */
function greeted(lang) {
  const here = new URL(location.href);
  if (lang && lang !== assist.getAttribute("lang") && !tokens.token && !latest) {
    here.searchParams.set("lang", lang);
    location.replace(here);
  } else if (!tokens.token && !latest) ask();
}

/** @param {any} which */
function select(which) {
  element("pick").hidden = true;
  choice.value = "";
  if (which.conversation) {
    [given, wanted] = [String(which.conversation), null];
    assist.selectConversation(given ?? "");
  } else {
    [given, wanted] = [null, which];
    void find();
  }
}

/** Show the conversation a platform calls so; one that begins only now is shown when it is told of. */
async function find() {
  const { adapter, account, ref } = wanted;
  const known = [...conversations.values()].find(
    (one) => one.adapter === adapter && one.account === account && one.conversation_ref === ref,
  );
  const asked = new URLSearchParams({ adapter, account, ref });
  if (!known && !tokens.token) return;
  const found = known ?? (await new Api(tokens.token).ask(`conversations?${asked}`).catch(() => null))?.data?.conversations?.[0];
  if (wanted?.ref !== ref || wanted?.account !== account) return;
  assist.selectConversation(found?.id ?? "");
  if (found) [given, wanted] = [found.id, null];
}

/** Stay with a waiting conversation; when it waits no more, take the newest that does. */
function follow() {
  if (given || wanted || choice.value || assist.busy) return;
  const now = conversations.get(assist.getAttribute("conversation") ?? "");
  if (now?.waiting_since) return;
  const [newest] = [...conversations.values()]
    .filter((one) => one.waiting_since)
    .sort((a, b) => Date.parse(b.waiting_since ?? "") - Date.parse(a.waiting_since ?? ""));
  if (newest) assist.selectConversation(newest.id);
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
  if (wanted) void find();
  else follow();
});
choice.addEventListener("change", () => {
  if (choice.value) assist.selectConversation(choice.value);
  else follow();
});
choice.addEventListener("blur", list);
assist.addEventListener("assist-token-wanted", () => void tokens.renew());
assist.addEventListener("assist-signed-out", () => ask());
element("again").addEventListener("click", () => spend(latest));

if (ticket) spend(ticket);
else if (host.there) waiting = setTimeout(() => problem("no-ticket"), TICKET_MS);
else problem("no-ticket");
