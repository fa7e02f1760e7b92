// Unsent events on this device, so that they outlive the page.

/**
 * Several tabs share one record an element. Each writes its own entries and leaves the others' in
 * place; a page that opens takes over what is there. Should another tab still be alive and send
 * the same entry, the server knows it by its id.
 */
export class Shelf {
  /**
   * @param {string} learner an opaque name of the person whose answers these are
   * @param {Storage | null} storage
   */
  constructor(learner, storage) {
    this.learner = learner;
    this.storage = storage;
  }

  /** Return the entries that were not sent, oldest first. */
  load(name) {
    return this.#read(name);
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
    const others = this.#read(name).filter(
      (one) => !own.has(one.event_id) && !done.includes(one.event_id),
    );
    const all = [...others, ...entries];
    try {
      if (all.length) {
        this.storage.setItem(this.#key(name), JSON.stringify(all));
      } else {
        this.storage.removeItem(this.#key(name));
      }
      return true;
    } catch {
      // QuotaExceededError: the caller says so in words.
      return false;
    }
  }

  #key(name) {
    return `yongxin:${this.learner}:${name}`;
  }

  #read(name) {
    const kept = this.storage?.getItem(this.#key(name));
    if (!kept) {
      return [];
    }
    try {
      const entries = JSON.parse(kept);
      return Array.isArray(entries) ? entries.filter(isEntry) : [];
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
export function localShelf(learner) {
  let storage = null;
  try {
    storage = window.localStorage;
  } catch {
    // SecurityError; events then wait in memory, and the status line says so.
  }
  return new Shelf(learner, storage);
}
