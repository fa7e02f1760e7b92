// Answers that wait on this device, whichever page they were given on: they are sent from here,
// counted in words, and those that were refused stay in sight until their owner has seen them.

/** Milliseconds for which an answer may be under way before it is said to wait. */
const GRACE = 2000;
/** Milliseconds after which it has waited on another page already. */
const OLD = 5000;
/** Milliseconds for which the news that all is sent stays. */
const STAYS = 10000;
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;
/** Milliseconds between two looks for what other tabs have left. */
const LOOK_EVERY = 30000;

/** Failures that the next element would meet too. */
const HOPELESS = new Set(["offline", "signed-out", "somebody-else"]);

/** Events that carry nothing which somebody would miss. */
const EMPTY = new Set(["check", "retry", "reset", "grade", "remind", "finish", "again", "back"]);

/** Keep what was refused, unless there is nothing in it. */
export function keepRefusal(shelf, entry, failure) {
  if (!EMPTY.has(entry.event.type)) {
    shelf.refuse(entry, failure.message);
  }
}

/**
 * Send what waits for elements that no open page shows; the pages that show one send by themselves.
 * @param {object} options
 * @param {import("./shelf.js").Shelf} options.shelf
 * @param {() => Promise<Set<string>>} options.shown the elements that open pages show
 * @param {(name: string, entry: object) => Promise<object>} options.deliver
 * @param {typeof import("./queue.js").Failure} options.Failure
 * @param {(reason: string | null) => void} options.told called with what keeps answers waiting
 */
export function makeSender({ shelf, shown, deliver, Failure, told }) {
  let isSending = false;
  let failures = 0;
  let timer = 0;

  async function sendAll() {
    clearTimeout(timer);
    if (isSending || !shelf.names().length) {
      return;
    }
    isSending = true;
    let failure = null;
    try {
      const elsewhere = await shown();
      for (const name of shelf.names().filter((one) => !elsewhere.has(one))) {
        failure = (await sendAllOf(name)) ?? failure;
        if (HOPELESS.has(failure?.kind)) {
          break;
        }
      }
    } finally {
      isSending = false;
    }
    told(failure?.kind ?? null);
    failures = failure ? failures + 1 : 0;
    const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** failures) * (0.75 + Math.random() / 2);
    timer = setTimeout(sendAll, failure ? Math.max(pause, failure.retryAfter * 1000) : LOOK_EVERY);
  }

  /** Send what waits for one element, in its order. Resolves to the failure, or to null. */
  async function sendAllOf(name) {
    // Read anew each time: the page on which they were given may have replaced them.
    for (let [entry] = shelf.load(name); entry; [entry] = shelf.load(name)) {
      try {
        await send(name, entry);
      } catch (failure) {
        if (failure instanceof Failure) {
          return failure;
        }
        throw failure;
      }
    }
    return null;
  }

  async function send(name, entry) {
    try {
      await deliver(name, entry);
    } catch (failure) {
      if (failure.kind !== "refused") {
        throw failure;
      }
      keepRefusal(shelf, entry, failure);
    }
    shelf.save(name, [], [entry.event_id]);
  }

  return sendAll;
}

/**
 * Show, at the top of the page, how many answers wait and which were refused.
 * @param {object} options
 * @param {import("./shelf.js").Shelf} options.shelf
 * @param {import("./http.js").Page} options.page
 * @param {(key: string, values?: object) => string} options.text
 * @param {string} options.space
 * @param {(at: string) => string} options.time
 */
export function makeNotices({ shelf, page, text, space, time }) {
  const main = document.querySelector("main") ?? document.body;
  const line = document.createElement("p");
  line.className = "yongxin-waiting";
  line.setAttribute("role", "status");
  line.hidden = true;
  const refusals = document.createElement("section");
  refusals.className = "yongxin yongxin-refusals";
  refusals.setAttribute("aria-label", text("element.refusals.title"));
  main.prepend(line, refusals);

  let reason = null;
  let timer = 0;
  let toldCount = 0;

  function tellCount() {
    const count = shelf.names().length;
    if (count) {
      const why = reason ? text(`element.status.${reason}`) + space : "";
      const key = count === 1 ? "element.waiting.one" : "element.waiting.several";
      const sentence = why + text(key, { count });
      if (line.firstChild?.data === sentence) {
        return; // A link in use stays.
      }
      line.replaceChildren(sentence);
      if (reason === "signed-out" || reason === "somebody-else") {
        const link = document.createElement("a");
        link.href = page.sign_in;
        link.textContent = text("element.sign-in");
        line.append(space, link);
      }
    } else if (toldCount) {
      line.textContent = text("element.waiting.sent");
      timer = setTimeout(tellCount, STAYS);
    } else {
      line.textContent = "";
    }
    line.hidden = !line.textContent;
    line.dataset.sent = String(!count);
    toldCount = count;
  }

  function showRefusals() {
    const all = shelf.refusals();
    refusals.hidden = !all.length;
    refusals.replaceChildren(...all.map(refusalOf));
  }

  function refusalOf(entry) {
    const box = document.createElement("div");
    box.className = "yongxin-refusal";
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent =
      text("element.refusals.one", { time: time(entry.at) }) + space + entry.message;
    const written = document.createElement("blockquote");
    written.textContent = writtenIn(entry.event);
    const actions = document.createElement("p");
    actions.className = "yongxin-actions";
    const dismiss = document.createElement("button");
    dismiss.type = "button";
    dismiss.className = "yongxin-button";
    dismiss.textContent = text("element.refusals.dismiss");
    dismiss.addEventListener("click", () => {
      shelf.dismiss(entry);
      showRefusals();
      (refusals.querySelector("button") ?? main).focus();
    });
    actions.append(dismiss);
    if (entry.page !== location.pathname && entry.page.startsWith(page.base)) {
      const link = document.createElement("a");
      link.className = "yongxin-button";
      link.href = new URL(entry.page, location.origin).pathname;
      link.textContent = text("element.refusals.open");
      actions.append(link);
    }
    box.append(words, ...(written.textContent ? [written] : []), actions);
    return box;
  }

  return {
    /** Look again at what is kept; what is under way is given time to arrive. */
    look() {
      showRefusals();
      clearTimeout(timer);
      timer = setTimeout(tellCount, toldCount || hasOld() ? 0 : GRACE);
    },
    because(latest) {
      reason = latest;
    },
  };

  function hasOld() {
    const isOld = (one) => Date.now() - Date.parse(one.at) > OLD;
    return shelf.names().some((name) => shelf.load(name).some(isOld));
  }
}

/** What somebody wrote, in their own words; choices are not worth quoting. */
function writtenIn(event) {
  if (event.type === "write") {
    return Object.values(event.fields ?? {}).join("\n");
  }
  // A number; the name of an option says nothing to anybody.
  return typeof event.response === "string" && !/[a-z]/i.test(event.response) ? event.response : "";
}
