// @ts-check
/** Moments in words, and the clock of a claim: how long it is open still. */

import { fill } from "./words.js";

const MINUTE_MS = 60000;

/**
 * @param {number} at
 * @param {string} lang
 */
export function moment(at, lang) {
  if (Number.isNaN(at)) return "";
  const parts = /** @type {const} */ ({ month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "zh-CN", { ...parts, hour12: false }).format(at);
}

/**
 * Bring a claim's clock up to the minute.
 * @param {HTMLElement} clock
 * @param {number} nowMs
 * @param {import("./types.js").Words} words
 * @param {string} lang
 */
export function wind(clock, nowMs, words, lang) {
  const until = Date.parse(clock.dataset.until ?? "");
  const lead = Date.parse(clock.dataset.leadUntil ?? "");
  const open = until - nowMs;
  const granted = lead - nowMs;
  let text = words.remedy_clock_late;
  let state = "late";
  if (clock.dataset.state === "unknown") return;
  if (open >= MINUTE_MS && clock.dataset.state === "open") {
    state = "open";
    text = fill(words.remedy_clock_left, { time: long(open, words) });
  } else if (granted >= MINUTE_MS && clock.dataset.state !== "late") {
    state = "lead";
    text = fill(words.remedy_clock_lead_left, { time: long(granted, words) });
  } else if (Number.isNaN(until) && clock.dataset.state === "open") {
    state = "open";
    text = words.remedy_clock_open;
  }
  const shown = /** @type {HTMLElement} */ (clock.querySelector("span"));
  if (shown.textContent !== text) shown.textContent = text;
  clock.dataset.now = state;
  const at = state === "open" ? until : lead;
  if (!Number.isNaN(at)) clock.title = fill(words.remedy_clock_until, { at: moment(at, lang) });
}

/**
 * @param {number} ms
 * @param {import("./types.js").Words} words
 */
function long(ms, words) {
  const minutes = Math.floor(ms / MINUTE_MS);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (d) return fill(words.remedy_span_days, { d, h });
  return fill(h ? words.remedy_span_hours : words.remedy_span_minutes, { h, m });
}
