// @ts-check
/** Judge alerts: a verdict is said to the server, then the lists are read anew. */

import { Api } from "./api.js";
import { Lists } from "./lists.js";
import { wordsOf } from "./words.js";

const api = new Api();
const words = wordsOf(document);

new Lists("risks", "form button", async (form, verdict) => {
  const path = `alerts/${encodeURIComponent(form.dataset.alert ?? "")}/judge`;
  const answer = await api.ask(path, { verdict }).catch(() => null);
  if (answer?.status === 200) return { told: words.alert_judged };
  if (answer?.status === 409) return { told: words.alert_judged_otherwise };
  const unreached = !answer || answer.status >= 500;
  return { trouble: unreached ? words.alert_offline : (answer.data?.error?.message ?? String(answer.status)) };
});
