// What counts once it is sent: a question before, and why it failed. It is never kept for later,
// since whoever hands something in has to know whether it was.

/**
 * @param {HTMLElement} root holds the question (`.yongxin-confirm`) and its two buttons
 * @param {import("./runtime.js").Host} host
 * @param {object} dialog
 * @param {object} dialog.event what is sent
 * @param {() => void} dialog.closed nothing was sent: the question is gone, show what was before
 * @param {() => void} dialog.done it was accepted, and the question is gone
 */
export function prepare(root, host, { event, closed, done }) {
  const question = root.querySelector(".yongxin-confirm");

  function close() {
    question.hidden = true;
    closed();
  }

  async function send() {
    if (question.hasAttribute("aria-busy")) {
      return;
    }
    question.setAttribute("aria-busy", "true");
    host.announce(host.text("element.submit.sending"));
    try {
      await host.send(event);
      host.complain(null);
      question.hidden = true;
      done();
      host.announce(host.text("element.submit.done"));
    } catch (failure) {
      close();
      host.complain(whyNot(failure, host));
    } finally {
      question.removeAttribute("aria-busy");
    }
  }

  root.querySelector("[data-yongxin-action=cancel]").addEventListener("click", close);
  root.querySelector("[data-yongxin-action=confirm]").addEventListener("click", send);
  question.addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape") {
      close();
    }
  });

  return {
    ask() {
      question.hidden = false;
      question.focus();
    },
    withdraw() {
      question.hidden = true;
    },
    get isOpen() {
      return !question.hidden;
    },
  };
}

function whyNot(failure, host) {
  const known = { "exchange-unavailable": "exchange", unsaved: "unsaved" };
  const reason = known[failure.code] ?? failure.kind;
  return reason === "refused" ? failure.message : host.text(`element.submit.failed.${reason}`);
}
