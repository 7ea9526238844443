// @ts-check
/** A link opened while signed in signs in as whom it names; a spent one changes nothing. */

import { Api, takeTicket } from "./api.js";

export function signInAgain() {
  const ticket = takeTicket();
  if (!ticket) return;
  new Api().ask("session", { ticket }).then(
    ({ status }) => status === 204 && location.reload(),
    () => undefined,
  );
}
