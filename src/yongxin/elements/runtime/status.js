// The line that tells, in words, where the learner's answer is.

/**
 * What a channel says about itself.
 * @typedef {object} Condition
 * @property {"saved"|"saving"|"refused"|"complaint"|"elsewhere"|"replaced"|"offline"|"busy"|"full"|
 *   "unavailable"|"signed-out"|"somebody-else"|"kernel"} state
 * @property {string} [message] why the answer was refused
 * @property {Date} [at] when the answer was changed elsewhere
 */

/** The states in which the answer waits to be sent. */
const WAITING = new Set([
  "offline",
  "busy",
  "full",
  "unavailable",
  "signed-out",
  "somebody-else",
  "kernel",
]);

/** The states in which signing in helps. */
const SIGN_IN_HELPS = new Set(["signed-out", "somebody-else"]);

/**
 * Return the words for a condition, without a link.
 * @param {Condition} condition
 * @param {string | null} standing what there is to say about the answer itself, such as "answered"
 * @param {import("./runtime.js").Host} host
 * @param {{ onDevice: boolean, atAll: boolean }} kept where unsent and accepted answers are kept
 */
export function words(condition, standing, host, kept) {
  if (WAITING.has(condition.state)) {
    const where = host.text(kept.onDevice ? "element.kept.device" : "element.kept.page");
    return host.text(`element.status.${condition.state}`) + host.space + where;
  }
  switch (standing === "locked" ? "saved" : condition.state) {
    case "saving":
      return host.text("element.status.saving");
    case "complaint":
      return condition.message;
    case "refused":
      return host.text("element.status.refused", { message: condition.message });
    case "elsewhere":
      return host.text("element.status.elsewhere", { time: host.time(condition.at) });
    case "replaced":
      return host.text("element.status.replaced");
    default:
      if (!standing) {
        return "";
      }
      return host.text(kept.atAll ? `element.saved.${standing}` : `element.noted.${standing}`);
  }
}

/** Whether a condition is worth interrupting a screen reader's user for. */
export function isNews(condition) {
  return condition.state !== "saved" && condition.state !== "saving";
}

/**
 * Show the words, and a link to sign in again where that is what helps.
 *
 * What stands there already is left alone: a link that is replaced at every new attempt to send
 * would lose the click or the focus that it has just got.
 * @param {HTMLElement} line
 */
export function show(line, condition, sentence, signIn, host) {
  if (line.dataset.state === condition.state && line.firstChild?.data === sentence) {
    return;
  }
  line.dataset.state = condition.state;
  line.replaceChildren(sentence);
  if (SIGN_IN_HELPS.has(condition.state) && signIn) {
    const link = document.createElement("a");
    link.href = signIn;
    link.textContent = host.text("element.sign-in");
    line.append(host.space, link);
  }
}
