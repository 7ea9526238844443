// @ts-check
/**
 * The JSON API's words, as far as the browser reads them.
 *
 * @typedef {{id: string, adapter: string, account: string, conversation_ref: string, customer_name: string | null,
 *   state: string, last_at: string, last_text: string, waiting_since: string | null,
 *   open_turn_id: string | null}} Conversation
 * @typedef {{id: string, role: string, text: string, occurred_at: string, recalled: boolean, edited: boolean,
 *   private: boolean, attachments: string[]}} Message
 * @typedef {{order_ref: string, status: string, paid_fen: number, titles: string[], signed_at: string | null}} Order
 * @typedef {{key: string, text: string, state: string, created_at: string}} Delivery
 * @typedef {{message_id: string, start: number, end: number, text: string}} TopicWord
 * @typedef {{turn_id: string, category: string, category_name: string, intent: string, intent_name: string,
 *   score: number, sure: boolean, words: TopicWord[], corrected_by: string | null}} Topic
 * @typedef {Conversation & {messages: Message[], deliveries: Delivery[], order: Order | null,
 *   topic: Topic | null}} Detail
 * @typedef {{id: string, rank: number, title: string, text: string, missing: string[], internal: boolean}} Suggestion
 * @typedef {{conversation_id: string, turn_id: string | null, waiting_since: string | null, topic: Topic | null,
 *   suggestions: Suggestion[], html: string, care_html: string, strip_html: string,
 *   wait: {warn_seconds: number, alarm_seconds: number}}} Suggestions
 * @typedef {{article_id: string, title: string, text: string, matched: string, category: string,
 *   internal: boolean, images: {url: string, alt: string}[]}} Found
 * @typedef {Record<string, string>} Words
 */
export {};
