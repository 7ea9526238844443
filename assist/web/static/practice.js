// @ts-check
/** A stored conversation practised: turn by turn, an answer each, compared with what was answered then. */

import { Composer } from "./composer.js";
import { FreshAssist } from "./fresh-assist.js";
import { PracticeChat } from "./practice-chat.js";
import { PracticeSource, idOf } from "./practice-source.js";
import { summed } from "./practice-summary.js";
import { composing } from "./text.js";
import { span, wordsOf } from "./words.js";

/** @typedef {"typing" | "writing" | "review" | "summary"} Stage */

const words = wordsOf(document);
const practised = JSON.parse(element("practised").textContent ?? "{}");
const assist = /** @type {FreshAssist} */ (element("assist"));
const lang = assist.getAttribute("lang") || "zh";
const source = new PracticeSource(practised.id, lang, answered);
const chat = new PracticeChat(words, lang, said);
const composer = new Composer(source, words, {
  sent: () => undefined,
  typed: (text) => assist.setDraft(text),
  refused: (text, refused) => assist.draftRefused(text, refused),
});
/** Reviews by turn: on this page and nowhere else. @type {Map<number, import("./practice-types.js").Review>} */
const reviews = new Map();
/** @type {import("./practice-types.js").PracticeTurn | null} */
let turn = null;
/** The turn asked for; what comes for another is too late. */
let wanted = 0;
/** @type {Stage} */
let stage = "typing";
/** The practice's time, as of a moment of this page's own clock. */
let clock = { atMs: 0, since: 0 };

const nowMs = () => clock.atMs + performance.now() - clock.since;

/** @param {number} number */
async function open(number) {
  wanted = number;
  const answer = await source.turn(number).catch(() => null);
  if (wanted !== number) return;
  const failed = answer?.status !== 200;
  element("problem").hidden = !failed;
  if (failed) return;
  const anew = !turn || number <= turn.turn;
  turn = answer.data;
  if (anew) chat.clear();
  begin(answer.data);
}

/** @param {import("./practice-types.js").PracticeTurn} now */
function begin(now) {
  enter("typing");
  mark(now.turn, "");
  assist.setAttribute("conversation", idOf(now));
  chat.before(now.before);
  chat.say(now.said, Number(/** @type {HTMLSelectElement} */ (element("pace")).value));
}

/**
 * The customer said something.
 * @param {import("./types.js").Message} message
 * @param {number} left
 */
function said(message, left) {
  clock = { atMs: Date.parse(message.occurred_at), since: performance.now() };
  if (!left) enter("writing");
  tell();
  tick();
}

/** Tell the sidebar how the turn stands. */
function tell() {
  const waiting = stage === "typing" || stage === "writing";
  source.show(turn, { complete: stage !== "typing", waiting, skewMs: nowMs() - Date.now() });
}

/** @param {Stage} now */
function enter(now) {
  stage = now;
  element("reveal").hidden = now !== "typing";
  element("review").hidden = now !== "review";
  element("summary").hidden = now !== "summary";
  /** @type {HTMLButtonElement} */ (element("pass")).disabled = now === "review" || now === "summary";
  element("clock").hidden = now === "review" || now === "summary";
  if (now === "writing" && turn) {
    composer.select(idOf(turn), turn.customer_name ?? words.side_unnamed);
    composer.focus();
  } else {
    composer.select("", "");
  }
  // What stands below the messages takes its room from their end.
  chat.toEnd();
}

/** @param {string} text @returns {Promise<number>} */
async function answered(text) {
  const now = turn;
  if (!now || stage !== "writing") return 409;
  const seconds = Math.max(0, (nowMs() - Date.parse(now.last_at)) / 1000);
  const answer = await source.review(now.turn, text, seconds).catch(() => null);
  if (!answer) throw new TypeError("no answer");
  if (answer.status !== 200) return answer.status;
  reviews.set(now.turn, answer.data);
  chat.answered(text);
  mark(now.turn, element("turns").dataset.done ?? "");
  // The reply box clears itself first.
  queueMicrotask(() => setTimeout(() => show(answer.data)));
  return 202;
}

/** @param {import("./practice-types.js").Review} review */
function show(review) {
  const panel = element("review");
  // Our own HTML: rendered with everything escaped.
  panel.innerHTML = review.html;
  enter("review");
  tell();
  panel.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

function next() {
  if (stage === "typing") chat.reveal();
  else if (stage === "review") onward();
}

function onward() {
  if (turn && turn.turn < turn.turns) void open(turn.turn + 1);
  else summarise();
}

function pass() {
  if (turn && !reviews.has(turn.turn)) mark(turn.turn, element("turns").dataset.passed ?? "");
  onward();
}

function summarise() {
  const told = summed([...reviews.values()], practised.turns, words);
  for (const [name, text] of Object.entries(told)) {
    const place = element("summary").querySelector(`[data-of="${name}"]`);
    if (place) place.textContent = text;
  }
  enter("summary");
  tell();
  element("summary").focus({ preventScroll: true });
  element("summary").scrollIntoView({ block: "nearest" });
}

/**
 * @param {number} number
 * @param {string} stand answered, skipped; "" leaves it
 */
function mark(number, stand) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#turns button"))) {
    const here = Number(button.dataset.turn) === number;
    button.toggleAttribute("aria-current", here);
    const small = button.querySelector(".small");
    if (here && stand && small) small.textContent = stand;
  }
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (composing(event) || event.repeat || event.ctrlKey || event.metaKey) return;
  if (!event.altKey || event.code !== "KeyN") return;
  event.preventDefault();
  next();
}

function tick() {
  const time = /** @type {HTMLElement} */ (element("clock").querySelector("time"));
  const waited = turn ? (nowMs() - Date.parse(turn.started_at)) / 1000 : 0;
  time.textContent = span(words, waited);
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

addEventListener("keydown", key);
element("reveal").addEventListener("click", next);
element("pass").addEventListener("click", pass);
element("again").addEventListener("click", () => void open(wanted));
element("anew").addEventListener("click", () => {
  reviews.clear();
  turn = null;
  for (const small of document.querySelectorAll("#turns .small")) small.textContent = "";
  void open(1);
});
element("turns").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button) void open(Number(button.dataset.turn));
});
element("review").addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("[data-next]")) onward();
  else if (target.closest("[data-again]") && turn) void open(turn.turn);
});
assist.addEventListener("assist-insert", (event) => {
  const { text, source: from, suggestionId } = /** @type {CustomEvent} */ (event).detail;
  composer.insert(text, from, suggestionId);
});
assist.addEventListener("assist-draft", (event) => composer.put(/** @type {CustomEvent} */ (event).detail.text));
assist.addEventListener("assist-reason", (event) => {
  const { text, reason } = /** @type {CustomEvent} */ (event).detail;
  composer.sendFor(text, reason);
});
assist.addEventListener("assist-back", () => composer.focus());
setInterval(tick, 1000);

assist.source = source;
void open(1);
