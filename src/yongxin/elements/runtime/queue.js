// One element's way to the server: events go out in order, one at a time, and none is lost.

/** How long events wait for the next one of a burst, in milliseconds. */
const DELAY = 250;
const FIRST_RETRY = 1000;
const LAST_RETRY = 60000;

/** Which unsent events a later event makes superfluous. */
const ABSORBS = {
  answer: ["answer", "check", "retry"],
  check: ["check"],
  retry: ["check", "retry"],
  set: [],
  reset: ["set", "reset"],
  write: [],
  mark: [],
};

/** Events that carry a part of the whole, and under which name. */
const PARTS = { write: "fields", set: "inputs", mark: "answers" };

/** Events that come in bursts while somebody types or drags. */
const BURSTS = new Set(["answer", "write", "set", "mark"]);

/** Why an event was not accepted. The kind "refused" is final, all others are tried again. */
export class Failure extends Error {
  /**
   * @param {"refused"|"offline"|"busy"|"full"|"unavailable"|"signed-out"|"somebody-else"|"kernel"} kind
   * @param {{ code?: string, message?: string, retryAfter?: number }} [detail]
   */
  constructor(kind, detail = {}) {
    super(detail.message ?? kind);
    this.kind = kind;
    this.code = detail.code ?? kind;
    this.retryAfter = detail.retryAfter ?? 0;
  }
}

/**
 * @typedef {{ event_id: string, client: string, revision: number, event: object }} Entry
 * @typedef {{ revision: number, presentation: object, reply: object, overtaken?: boolean }} Result
 */

export class Channel {
  /** @type {Entry[]} */ #entries = [];
  /** @type {Entry | null} */ #sending = null;
  /** @type {Map<string, { resolve: Function, reject: Function }[]>} */ #waiting = new Map();
  #timer = 0;
  #failures = 0;
  #views = new Set();
  /** @type {Promise<Failure | null> | null} */ #attempting = null;
  /** @type {import("./status.js").Condition} */ #condition = { state: "saved" };
  /** @type {string | null} */ #complaint = null;

  /**
   * @param {object} options
   * @param {string} options.name the element's name
   * @param {string} options.client the name of this tab
   * @param {number} options.revision
   * @param {object} options.presentation
   * @param {(presentation: object, event: object) => object} options.foresee what the element will
   *   look like once the event is accepted, as far as the browser can know
   * @param {(entry: Entry) => Promise<Result>} options.deliver rejects with a `Failure`
   * @param {() => string} options.newId
   * @param {(one: unknown, other: unknown) => boolean} options.same
   * @param {() => void} options.accepted called whenever an event was accepted
   * @param {(entry: Entry, failure: Failure) => void} [options.refused] called for each event that
   *   was not
   * @param {{ load(name: string): Entry[], save(name: string, entries: Entry[], done: string[]): boolean } | null}
   *   options.shelf keeps unsent events on this device; null where there is no such place
   */
  constructor({
    name,
    client,
    revision,
    presentation,
    foresee,
    deliver,
    newId,
    same,
    accepted,
    refused = () => {},
    shelf,
  }) {
    this.name = name;
    this.client = client;
    this.revision = revision;
    this.presentation = presentation;
    this.keptOnDevice = shelf !== null;
    this.foresee = foresee;
    this.deliver = deliver;
    this.newId = newId;
    this.same = same;
    this.accepted = accepted;
    this.refused = refused;
    this.shelf = shelf;
    this.#entries = shelf ? shelf.load(name) : [];
    if (this.#entries.length) {
      this.#condition = { state: "saving" };
      this.#schedule(0);
    }
  }

  /** The presentation as it will be once everything is sent. */
  get shown() {
    return this.#entries.reduce(
      (shown, entry) => this.foresee(shown, entry.event),
      this.presentation,
    );
  }

  /** What there is to say about this element, in the terms of status.js. */
  get condition() {
    return this.#complaint ? { state: "complaint", message: this.#complaint } : this.#condition;
  }

  /** Whether what the controls show has been refused, or could not even be sent. */
  get isUnsaved() {
    return this.condition.state === "complaint" || this.condition.state === "refused";
  }

  /** Whether something still has to be sent. */
  get hasUnsent() {
    return this.#entries.length > 0;
  }

  /**
   * Show this channel's element in a view. Returns a function that ends it.
   * @param {{ update(presentation: object): void, tell(condition: object): void }} view
   */
  attach(view) {
    this.#views.add(view);
    view.update(this.shown);
    view.tell(this.condition);
    return () => this.#views.delete(view);
  }

  /**
   * Take an event. The promise is kept when it has been accepted, however long that takes, and
   * broken by a `Failure` of the kind "refused".
   * @param {object} event
   * @returns {Promise<Result>}
   */
  send(event) {
    return new Promise((resolve, reject) => {
      const waiters = [{ resolve, reject }];
      const done = [];
      // The entry that is under way must arrive as it is; those behind it may be joined.
      while (this.#entries.length && this.#entries.at(-1) !== this.#sending) {
        const last = this.#entries.at(-1);
        const joined = join(last.event, event);
        if (!joined) {
          break;
        }
        event = joined;
        waiters.unshift(...(this.#waiting.get(last.event_id) ?? []));
        this.#waiting.delete(last.event_id);
        this.#entries.pop();
        done.push(last.event_id);
      }
      // A joined event gets a name of its own: the earlier one may have arrived after all.
      const entry = {
        event_id: this.newId(),
        client: this.client,
        revision: this.revision,
        event,
      };
      this.#entries.push(entry);
      this.#waiting.set(entry.event_id, waiters);
      this.#keep(done);
      if (!this.#failures) {
        this.#tell({ state: "saving" });
      }
      const isBurst = BURSTS.has(event.type);
      if (!isBurst) {
        // A control shows by itself what is typed into it; what a button does is shown here.
        this.#update();
      }
      // While the server is away, typing keeps to the pauses; pressing a button asks at once.
      if (!this.#sending && !(this.#failures && isBurst)) {
        this.#schedule(isBurst ? DELAY : 0);
      }
    });
  }

  /** Send now what waits for a burst to end or for the next attempt. */
  flush() {
    if (this.#entries.length && !this.#sending) {
      this.#schedule(0);
    }
  }

  /** The first unsent event, for a page that is about to go away. */
  get first() {
    return this.#entries[0] ?? null;
  }

  /** Resolves once nothing is unsent; rejects with a `Failure` at the next failed attempt. */
  async settle() {
    while (this.#entries.length) {
      clearTimeout(this.#timer);
      const failure = await (this.#attempting ?? this.#attempt());
      if (failure) {
        throw failure;
      }
    }
  }

  /**
   * Take what somebody else learned about this element: a fetched state or another tab's.
   * @param {number} revision
   * @param {object} presentation
   * @param {{ isOwn?: boolean }} [options] whether it came about here, though not as an event
   */
  receive(revision, presentation, { isOwn = false } = {}) {
    if (revision < this.revision || this.#sending) {
      return;
    }
    const isNewer = revision > this.revision;
    if (!isNewer && this.same(presentation, this.presentation)) {
      return;
    }
    this.revision = revision;
    this.presentation = presentation;
    this.#update();
    if (isNewer && !isOwn && !this.#entries.length) {
      this.#tell({ state: "elsewhere", at: new Date() });
    }
  }

  /** Say why something cannot even be sent, such as a text that is too long; null takes it back. */
  complain(message) {
    if (message !== this.#complaint) {
      this.#complaint = message;
      this.#tell(this.#condition);
    }
  }

  /** The learner is "signed-out", or there is "somebody-else"; what is written now will wait. */
  signedOut(state) {
    if (!this.#entries.length) {
      this.#tell({ state });
    }
  }

  /** The learner is signed in again. */
  signedIn() {
    const wasOut =
      this.#condition.state === "signed-out" || this.#condition.state === "somebody-else";
    if (wasOut && !this.#entries.length) {
      this.#tell({ state: "saved" });
    }
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#attempt(), delay);
  }

  /** Send the first entry, unless one is under way. Resolves to the failure, or to null. */
  #attempt() {
    const entry = this.#entries[0];
    if (entry && !this.#attempting) {
      this.#sending = entry;
      this.#attempting = this.#deliver(entry).finally(() => {
        this.#attempting = null;
      });
    }
    return this.#attempting ?? Promise.resolve(null);
  }

  async #deliver(entry) {
    let result;
    try {
      result = await this.deliver(entry);
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure("unavailable");
      if (failure !== error) {
        // A mistake of ours is heard, and loses nobody's answer.
        reportError(error);
      }
      this.#sending = null;
      if (failure.kind === "refused") {
        this.#refused(entry, failure);
      } else {
        this.#postponed(failure);
      }
      return failure;
    }
    this.#sending = null;
    this.#accepted(entry, result);
    return null;
  }

  #accepted(entry, result) {
    this.#failures = 0;
    this.#drop([entry]);
    if (result.revision >= this.revision) {
      this.revision = result.revision;
      this.presentation = result.presentation;
    }
    this.#update();
    if (this.#entries.length) {
      this.#tell({ state: "saving" });
      this.#schedule(0);
    } else {
      this.#tell({ state: result.overtaken ? "replaced" : "saved" });
    }
    this.#settleWaiters(entry, (waiter) => waiter.resolve(result));
    this.accepted();
  }

  #refused(entry, failure) {
    this.#failures = 0;
    // To check an answer that was not taken would judge the one before it.
    const next = this.#entries.findIndex((one, index) => index > 0 && one.event.type !== "check");
    const lost =
      entry.event.type === "answer" ? this.#entries.slice(0, next < 0 ? undefined : next) : [entry];
    this.#drop(lost);
    if (this.#entries.length) {
      this.#schedule(0);
    } else {
      this.#tell({ state: "refused", message: failure.message });
    }
    for (const one of lost) {
      this.refused(one, failure);
      this.#settleWaiters(one, (waiter) => waiter.reject(failure));
    }
  }

  #postponed(failure) {
    this.#failures += 1;
    this.#tell({ state: failure.kind });
    const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.#failures - 1));
    // Spread, so that a class that lost its server does not come back all at once.
    this.#schedule(Math.max(pause * (0.75 + Math.random() / 2), failure.retryAfter * 1000));
  }

  #drop(entries) {
    this.#entries = this.#entries.filter((one) => !entries.includes(one));
    this.#keep(entries.map((one) => one.event_id));
  }

  #keep(done) {
    if (this.shelf) {
      this.keptOnDevice = this.shelf.save(this.name, this.#entries, done);
    }
  }

  #settleWaiters(entry, settle) {
    const waiters = this.#waiting.get(entry.event_id) ?? [];
    this.#waiting.delete(entry.event_id);
    waiters.forEach(settle);
  }

  #update() {
    for (const view of this.#views) {
      view.update(this.shown);
    }
  }

  #tell(condition) {
    this.#condition = condition;
    for (const view of this.#views) {
      view.tell(this.condition);
    }
  }
}

/** Return the one event that does what `earlier` and then `later` do, or null. */
function join(earlier, later) {
  const part = PARTS[later.type];
  if (part && earlier.type === later.type) {
    return { ...later, [part]: { ...earlier[part], ...later[part] } };
  }
  return ABSORBS[later.type]?.includes(earlier.type) ? later : null;
}
