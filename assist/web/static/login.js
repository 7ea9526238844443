// @ts-check
/** Sign in with the link's ticket, or by name and password; then go where the person wanted to go. */

import { Api, takeTicket } from "./api.js";
import { fill, span, wordsOf } from "./words.js";

const SHOP = "assist-shop";
const words = wordsOf(document);
const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const form = /** @type {HTMLFormElement} */ (element("enter"));
const go = /** @type {HTMLButtonElement} */ (element("go"));
const [shop, name, password] = [field("shop"), field("name"), field("password")];
const ticket = takeTicket();

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id */
function field(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

/** @param {"busy" | "spent" | "failed" | "form"} id */
function show(id) {
  for (const one of ["busy", "spent", "failed"]) element(one).hidden = one !== id;
  form.hidden = id !== "form" && id !== "spent";
  element("where-from").hidden = form.hidden;
}

/** Where to go: a path of ours, as the server chose it; the page itself with all its address asks for. */
function onward() {
  const to = new URL(main.dataset.to ?? "/desk", location.origin);
  if (to.pathname === location.pathname) return location.pathname + location.search;
  const lang = new URLSearchParams(location.search).get("lang");
  if (lang && !to.searchParams.has("lang")) to.searchParams.set("lang", lang);
  return to.pathname + to.search;
}

/** @param {string} spent */
async function byTicket(spent) {
  show("busy");
  const answer = await new Api().ask("session", { ticket: spent }).catch(() => null);
  if (answer?.status === 204) location.replace(onward());
  else show(answer && answer.status < 500 ? "spent" : "failed");
}

async function byPassword() {
  busy(true);
  const asked = { name: name.value, password: password.value, ...(shop.value ? { shop: shop.value } : {}) };
  const answer = await new Api().ask("session", asked).catch(() => null);
  if (answer?.status === 204) {
    if (shop.value) localStorage.setItem(SHOP, shop.value);
    location.replace(onward());
    return;
  }
  busy(false);
  refuse(answer?.status ?? 0, answer?.data?.error ?? {});
}

/**
 * @param {number} status
 * @param {{code?: string, wait_seconds?: number}} error
 */
function refuse(status, error) {
  if (error.code === "shop_missing") {
    askShop();
    shop.focus();
    say(words.door_shop_wanted);
  } else if (status === 429) say(fill(words.door_wait, { time: span(words, error.wait_seconds ?? 0) }));
  else if (status === 401 || status === 422) {
    say(words.door_wrong);
    password.select();
  } else say(words.door_unreachable);
}

function askShop() {
  element("shop-field").hidden = false;
  shop.required = true;
}

/** @param {string} text */
function say(text) {
  const refused = element("refused");
  refused.textContent = text;
  refused.hidden = false;
}

/** @param {boolean} entering */
function busy(entering) {
  go.disabled = entering;
  go.textContent = (entering ? go.dataset.busy : go.dataset.go) ?? "";
  if (entering) element("refused").hidden = true;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void byPassword();
});
const known = new URLSearchParams(location.search).get("shop") ?? localStorage.getItem(SHOP);
if (known) {
  shop.value = known;
  askShop();
}
if (ticket) {
  element("again").addEventListener("click", () => void byTicket(ticket));
  void byTicket(ticket);
} else {
  show("form");
  name.focus();
}
