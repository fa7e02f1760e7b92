// Handing in: what is answered and what is not, a question before it counts, and the receipts.

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const facts = root.querySelector(".yongxin-facts");
  const missing = root.querySelector(".yongxin-missing");
  const handedIn = root.querySelector(".yongxin-handed-in");
  const handIn = root.querySelector("[data-yongxin-action=hand-in]");
  const words = root.querySelector(".yongxin-confirm-words");
  let presentation = null;
  const deafen = host.module("news").onAccepted(host.refresh);
  const question = host.module("confirming").prepare(root, host, {
    event: { type: "hand-in", confirmed: true },
    closed: goBack,
    done: goBack,
  });

  handIn.addEventListener("click", ask);

  function ask() {
    host.complain(null);
    const left = presentation.attempts_allowed - presentation.attempts_used;
    words.textContent = [
      presentation.missing.length &&
        host.text("element.submit.confirm.missing", { count: presentation.missing.length }),
      presentation.late && host.text("element.submit.confirm.late"),
      host.text(left > 1 ? "element.submit.confirm.again" : "element.submit.confirm.last", {
        left: left - 1,
      }),
    ]
      .filter(Boolean)
      .join(host.space);
    handIn.hidden = true;
    question.ask();
  }

  function goBack() {
    handIn.hidden = !presentation.can_hand_in;
    handIn.focus();
  }

  function listOfMissing() {
    return presentation.missing.map(({ name, label }) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = "#";
      link.textContent = label;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        show(name);
      });
      line.append(link);
      return line;
    });
  }

  function listOfHandIns() {
    return presentation.handed_in.map(({ number, at, late }) => {
      const line = document.createElement("li");
      const key = late ? "element.submit.receipt-late" : "element.submit.receipt";
      line.textContent = host.text(key, { number, time: host.time(at) });
      return line;
    });
  }

  return {
    update(latest) {
      presentation = latest;
      const sentences = [host.text("element.submit.answered", latest)];
      if (latest.due) {
        sentences.push(
          host.text(latest.late ? "element.submit.overdue" : "element.submit.due", {
            time: host.time(latest.due),
          }),
        );
      }
      if (latest.attempts_used) {
        sentences.push(
          host.text("element.submit.attempts", {
            used: latest.attempts_used,
            allowed: latest.attempts_allowed,
          }),
        );
      }
      facts.textContent = sentences.join(host.space);
      missing.hidden = !latest.missing.length || !latest.can_hand_in;
      missing.replaceChildren(...listOfMissing());
      handedIn.hidden = !latest.handed_in.length;
      handedIn.replaceChildren(...listOfHandIns());
      handIn.disabled = false;
      handIn.hidden = !latest.can_hand_in || question.isOpen;
      handIn.textContent = host.text(
        latest.attempts_used ? "element.submit.hand-in-again" : "element.submit.hand-in",
      );
    },
    end: deafen,
  };
}

/** Nothing that a learner does here is foreseen: the server says what was handed in. */
export function foresee(presentation) {
  return presentation;
}

/** The element says by itself how things stand. */
export function standing() {
  return null;
}

/** Bring an unanswered element into view and to the keyboard. */
function show(name) {
  const root = document.querySelector(`[data-yongxin-element="${CSS.escape(name)}"]`);
  if (root) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    root.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    root.querySelector("input, textarea, button")?.focus({ preventScroll: true });
  }
}
