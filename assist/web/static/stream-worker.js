// @ts-check
/** The shared worker: one stream for every tab of one agent in this browser. */

import { StreamHome } from "./stream-home.js";

const home = new StreamHome();

addEventListener("connect", (event) => home.add(/** @type {MessageEvent} */ (event).ports[0]));
