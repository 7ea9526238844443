// @ts-check
/**
 * Practice mode's words, as far as the browser reads them.
 *
 * @typedef {{conversation_id: string, turn: number, turns: number, customer_name: string | null, adapter: string,
 *   started_at: string, last_at: string, before: import("./types.js").Message[],
 *   said: import("./types.js").Message[], topic: import("./types.js").Topic | null,
 *   suggestions: import("./types.js").Suggestion[], html: string, care_html: string, strip_html: string, order: object,
 *   wait: {warn_seconds: number, alarm_seconds: number}}} PracticeTurn
 * @typedef {{turn: number, seconds: number, then_seconds: number | null, used: object | null, cards: number,
 *   checked: {findings: object[]}, steps: {step: string, said: boolean}[], html: string}} Review
 */
export {};
