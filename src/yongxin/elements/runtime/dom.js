// Small helpers for every view.

/**
 * Fill the {placeholders} of an interface text.
 * @param {string} template
 * @param {Record<string, unknown>} [values]
 */
export function fill(template, values = {}) {
  return template.replace(/\{(\w+)\}/g, (whole, name) =>
    name in values ? String(values[name]) : whole,
  );
}

/** A name that nobody else has. (`crypto.randomUUID` is missing on pages without TLS.) */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether two JSON values are the same; objects compare with their keys in any order. */
export function same(one, other) {
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

function sorted(_key, value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Give the ids and names inside `root` a suffix of their own, and let labels and descriptions
 * follow: the same element may be shown twice in one document.
 * @param {HTMLElement} root
 */
export function makeIdsUnique(root) {
  const suffix = `-${newId().slice(0, 8)}`;
  const ids = new Set([root, ...root.querySelectorAll("[id]")].map((one) => one.id));
  for (const one of [root, ...root.querySelectorAll("*")]) {
    if (one.id) {
      one.id += suffix;
    }
    for (const attribute of ["for", "aria-labelledby", "aria-describedby"]) {
      const named = one.getAttribute(attribute);
      if (named) {
        const renamed = named.split(" ").map((id) => (ids.has(id) ? id + suffix : id));
        one.setAttribute(attribute, renamed.join(" "));
      }
    }
    if (one instanceof HTMLInputElement && one.name) {
      one.name += suffix;
    }
  }
}

/** Milliseconds for which an announcement stays in the page. */
const STAYS = 10000;

/**
 * Make a voice for screen readers: what it is given is read out once the reader falls silent.
 * @param {HTMLElement | null} region an element with a live role
 */
export function makeAnnouncer(region) {
  let waiting = [];
  let timer = 0;
  return (/** @type {string} */ message) => {
    if (!region || !message) {
      return;
    }
    waiting.push(message);
    region.textContent = "";
    clearTimeout(timer);
    // A text that is the same as before is read again only if the region was empty in between.
    timer = setTimeout(() => {
      region.textContent = waiting.join(" ");
      waiting = [];
      // Said is said: who reads the page line by line later must not find it there.
      timer = setTimeout(() => region.replaceChildren(), STAYS);
    }, 100);
  };
}
