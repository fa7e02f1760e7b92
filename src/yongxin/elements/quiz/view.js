// The frame of every item: check, verdict, try again. The item types draw what stands inside.

/**
 * What the view of an item type offers.
 * @typedef {object} ItemView
 * @property {(response: any) => void} show put a response into the controls
 * @property {() => any} read the response that the controls hold; null is "not answered"
 * @property {(state: "valid"|"refused") => void} [mark] say whether the response was refused
 */

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const form = root.querySelector("form");
  const question = root.querySelector(".yongxin-question");
  const verdict = root.querySelector(".yongxin-verdict");
  const check = root.querySelector("[data-yongxin-action=check]");
  const retry = root.querySelector("[data-yongxin-action=retry]");
  let presentation = null;

  /** @type {ItemView} */
  const item = host.module(root.dataset.yongxinType).mount(question, { ...host, changed });

  async function changed(response) {
    try {
      await host.send({ type: "answer", response });
      item.mark?.("valid");
    } catch {
      // The status line has told why; the control keeps what was entered.
      item.mark?.("refused");
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!check || check.disabled || check.hidden) {
      return;
    }
    const response = item.read();
    if (response === null) {
      host.announce(host.text("quiz.nothing-to-check"));
      verdict.hidden = false;
      delete verdict.dataset.ratio;
      verdict.textContent = host.text("quiz.nothing-to-check");
      return;
    }
    if (JSON.stringify(response) !== JSON.stringify(presentation.response)) {
      changed(response);
    }
    check.setAttribute("aria-disabled", "true");
    check.textContent = host.text("quiz.checking");
    try {
      const result = await host.send({ type: "check" });
      announceVerdict(result.presentation);
    } catch {
      // Told by the status line.
    } finally {
      check.removeAttribute("aria-disabled");
      check.textContent = host.text("quiz.check");
    }
  });

  retry?.addEventListener("click", () => {
    // Told by the status line, if it cannot be done.
    host.send({ type: "retry" }).catch(() => {});
  });

  function announceVerdict({ verdict: given }) {
    if (given) {
      const told = given.options.filter((one) => isTold(one)).map((one) => one.text);
      host.announce([headline(given, host), ...told, given.explanation].join(host.space));
    }
  }

  /** Of many options, say aloud those that the learner chose or missed; of many places, mistakes. */
  function isTold(option) {
    const response = presentation.response;
    const isChosen = Array.isArray(response) ? response.includes(option.id) : false;
    return !option.right || isChosen || typeof response === "string";
  }

  return {
    update(latest) {
      const hadFocus = root.contains(document.activeElement);
      const wasChecked = presentation?.checked ?? false;
      presentation = latest;
      question.disabled = latest.locked || latest.checked;
      showVariant(root, latest.variant);
      item.show(latest.response);
      showFeedback(root, latest.verdict, host);
      if (verdict) {
        showVerdict(verdict, latest.verdict, host);
        check.hidden = latest.checked;
        check.disabled = latest.locked;
        retry.hidden = !latest.checked;
        // A control that vanishes must hand its focus on, or the keyboard starts at the page's top.
        if (hadFocus && latest.checked && !wasChecked) {
          retry.focus();
        } else if (hadFocus && wasChecked && !latest.checked) {
          (
            question.querySelector("input:checked") ??
            question.querySelector("input, select, textarea, button")
          ).focus();
        }
      }
    },
  };
}

/** The presentation once the server has accepted `event`, as far as the browser can know. */
export function foresee(presentation, event) {
  switch (event.type) {
    case "answer":
      return {
        ...presentation,
        response: event.response,
        answered: event.response !== null,
        // Whether anything is left open, the item will say; until then one answer may be all.
        complete: event.response !== null && (presentation.complete || !presentation.answered),
        checked: false,
        verdict: null,
      };
    case "retry":
      return { ...presentation, checked: false, verdict: null };
    default:
      return presentation;
  }
}

/** What the status line says of the answer itself. */
export function standing(presentation) {
  if (presentation.locked) {
    return "locked";
  }
  if (!presentation.answered) {
    return "unanswered";
  }
  return presentation.complete ? "answered" : "partly";
}

function headline(verdict, host) {
  if (verdict.ratio >= 1) {
    return host.text("quiz.right");
  }
  if (verdict.ratio <= 0) {
    return host.text("quiz.wrong");
  }
  return host.text("quiz.partly", { percent: Math.round(verdict.ratio * 100) });
}

/** Put the learner's own numbers into the stem. */
function showVariant(root, variant = {}) {
  for (const place of root.querySelectorAll("[data-yongxin-parameter]")) {
    place.textContent = variant[place.dataset.yongxinParameter] ?? "□";
  }
}

function showVerdict(place, verdict, host) {
  place.hidden = verdict === null;
  place.replaceChildren();
  if (verdict) {
    const head = document.createElement("p");
    head.className = "yongxin-headline";
    head.textContent = headline(verdict, host);
    const explanation = document.createElement("p");
    explanation.textContent = verdict.explanation;
    place.append(head, explanation);
    place.dataset.ratio = verdict.ratio >= 1 ? "right" : verdict.ratio <= 0 ? "wrong" : "partly";
  }
}

function showFeedback(root, verdict, host) {
  const told = new Map((verdict?.options ?? []).map((one) => [one.id, one]));
  for (const place of root.querySelectorAll("[data-yongxin-option]")) {
    const feedback = place.querySelector(".yongxin-feedback");
    const option = told.get(place.dataset.yongxinOption);
    delete place.dataset.verdict;
    if (option) {
      place.dataset.verdict = option.right ? "right" : "wrong";
    }
    // A gap in a text shows its verdict here and its feedback below the text.
    if (feedback) {
      feedback.hidden = !option;
      feedback.replaceChildren();
    }
    if (feedback && option) {
      const word = document.createElement("strong");
      word.textContent = host.text(option.right ? "quiz.option-right" : "quiz.option-wrong");
      feedback.append(word, host.space, option.text);
    }
  }
}
