// @ts-check
/**
 * A card counts as shown when half of it stood in view for a second, in a visible tab; once a page. Of a card that is
 * taller than the list's window, half of that window: more of it can hardly be read at once.
 */

const SHARE = 0.5;
const MS = 1000;
/** How finely the browser tells of what comes into view: half a window is a small part of a tall card. */
const STEPS = Array.from({ length: 21 }, (_, index) => index / 20);

export class Seen {
  /** @type {Map<Element, string>} */
  #watched = new Map();
  /** @type {Map<Element, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  /** @type {Set<string>} */
  #told = new Set();
  #onSeen;
  #observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.#changed(entry)), {
    threshold: STEPS,
  });

  /** @param {(id: string, visibleMs: number) => void} onSeen */
  constructor(onSeen) {
    this.#onSeen = onSeen;
    document.addEventListener("visibilitychange", () => this.#again());
  }

  /**
   * @param {Element} element
   * @param {string} id
   */
  watch(element, id) {
    if (this.#told.has(id) || this.#watched.has(element)) return;
    this.#watched.set(element, id);
    this.#observer.observe(element);
  }

  /** @param {Element} element */
  forget(element) {
    this.#stop(element);
    this.#watched.delete(element);
    this.#observer.unobserve(element);
  }

  /** @param {IntersectionObserverEntry} entry */
  #changed({ target, intersectionRect, boundingClientRect }) {
    const most = Math.min(boundingClientRect.height, windowOf(target));
    if (!most || intersectionRect.height < SHARE * most || document.hidden) {
      this.#stop(target);
    } else if (!this.#timers.has(target)) {
      const since = performance.now();
      this.#timers.set(target, setTimeout(() => this.#tell(target, since), MS));
    }
  }

  /**
   * @param {Element} element
   * @param {number} since
   */
  #tell(element, since) {
    const id = this.#watched.get(element) ?? "";
    this.forget(element);
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#onSeen(id, Math.round(performance.now() - since));
  }

  /** @param {Element} element */
  #stop(element) {
    clearTimeout(this.#timers.get(element));
    this.#timers.delete(element);
  }

  /** The observer is silent about tabs that come and go: begin anew. */
  #again() {
    for (const element of this.#watched.keys()) {
      this.#stop(element);
      this.#observer.unobserve(element);
      this.#observer.observe(element);
    }
  }
}

/** The height in which a card can be seen. @param {Element} element */
function windowOf(element) {
  return Math.min(element.closest(".scroll")?.clientHeight ?? innerHeight, innerHeight);
}
