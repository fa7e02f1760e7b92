// Unsent events on this device, so that they outlive the page; and those that were refused, until
// their owner has seen them. `site.js` looks for the names under which they are kept.

/**
 * Several tabs share one record an element. Each writes its own entries and leaves the others' in
 * place; a page that opens takes over what is there. Should another tab still be alive and send
 * the same entry, the server knows it by its id.
 */
export class Shelf {
  /**
   * @param {string} learner an opaque name of the person whose answers these are
   * @param {Storage | null} storage
   * @param {() => void} [changed] called whenever something was put here or taken away
   */
  constructor(learner, storage, changed = () => {}) {
    this.learner = learner;
    this.storage = storage;
    this.changed = changed;
  }

  /** Return the entries that were not sent, oldest first. */
  load(name) {
    return this.#read(name).filter(isEntry);
  }

  /** Return the names of the elements that have something unsent. */
  names() {
    const prefix = this.#key("");
    const keys = Object.keys(this.storage ?? {}).filter((key) => key.startsWith(prefix));
    return keys.map((key) => key.slice(prefix.length)).filter((name) => this.load(name).length);
  }

  /**
   * Keep `entries` and forget those whose ids are `done`. Returns whether they are really kept:
   * there may be no storage, or no space in it.
   */
  save(name, entries, done) {
    if (!this.storage) {
      return false;
    }
    const own = new Set(entries.map((one) => one.event_id));
    const others = this.load(name).filter(
      (one) => !own.has(one.event_id) && !done.includes(one.event_id),
    );
    // Where and when it was given, should it have to be told of later and elsewhere.
    const given = { page: location.pathname, at: new Date().toISOString() };
    return this.#write(name, [...others, ...entries.map((one) => ({ ...given, ...one }))]);
  }

  /** Return the refusals that nobody has dismissed. */
  refusals() {
    const isRefusal = (one) => typeof one.message === "string" && typeof one.page === "string";
    return this.#read(null).filter((one) => isEntry(one) && isRefusal(one));
  }

  /** Keep an entry that was refused, with the reason. */
  refuse(entry, message) {
    const given = { page: location.pathname, at: new Date().toISOString() };
    const others = this.refusals().filter((one) => one.event_id !== entry.event_id);
    this.#write(null, [...others, { ...given, ...entry, message }]);
  }

  /** Forget a refusal that its owner has seen. */
  dismiss(entry) {
    this.#write(
      null,
      this.refusals().filter((one) => one.event_id !== entry.event_id),
    );
  }

  /** The key of an element's entries; without a name, of the refusals. */
  #key(name) {
    return name === null ? `yongxin-refused:${this.learner}` : `yongxin:${this.learner}:${name}`;
  }

  #write(name, entries) {
    try {
      if (entries.length) {
        this.storage.setItem(this.#key(name), JSON.stringify(entries));
      } else {
        this.storage.removeItem(this.#key(name));
      }
      this.changed();
      return true;
    } catch {
      // QuotaExceededError: the caller says so in words.
      return false;
    }
  }

  #read(name) {
    const kept = this.storage?.getItem(this.#key(name));
    if (!kept) {
      return [];
    }
    try {
      const entries = JSON.parse(kept);
      return Array.isArray(entries) ? entries : [];
    } catch {
      // Somebody else wrote here; what cannot be read cannot be sent.
      return [];
    }
  }
}

/** Whether something has the shape of an entry; anybody may write into this storage. */
function isEntry(one) {
  return (
    typeof one?.event_id === "string" &&
    typeof one.client === "string" &&
    Number.isInteger(one.revision) &&
    typeof one.event?.type === "string"
  );
}

/** Return the browser's storage, or null where a person or a policy has closed it. */
export function localShelf(learner, changed) {
  let storage = null;
  try {
    storage = window.localStorage;
  } catch {
    // SecurityError; events then wait in memory, and the status line says so.
  }
  return new Shelf(learner, storage, changed);
}
