// Review: one flash card at a time, turned and graded; the next one follows.

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const find = (selector) => root.querySelector(selector);
  const facts = find(".yongxin-facts");
  const card = find(".yongxin-flash-card");
  const question = card.querySelector(".yongxin-stem");
  const back = find(".yongxin-back");
  const turnButton = find("[data-yongxin-action=turn]");
  const end = find(".yongxin-review-end");
  const reminder = find(".yongxin-reminder input");
  const gradeButtons = [...root.querySelectorAll("[data-yongxin-grade]")];
  /** @type {string | null} the id of the card in sight */
  let current = null;
  let drawn = null;

  turnButton.addEventListener("click", () => turn());
  for (const button of gradeButtons) {
    button.addEventListener("click", () => grade(button.dataset.yongxinGrade));
  }
  // Only while the focus is on the card: a key elsewhere on the page means something else.
  card.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) {
      return;
    }
    const isTurned = !back.hidden;
    const isButton = event.target.closest("button");
    if (!isTurned && !isButton && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      turn();
    }
    const button = gradeButtons[["1", "2", "3"].indexOf(event.key)];
    if (isTurned && button) {
      event.preventDefault();
      grade(button.dataset.yongxinGrade);
    }
  });
  reminder.addEventListener("change", () => {
    host.send({ type: "remind", wanted: reminder.checked }).catch(() => host.refresh());
  });

  function turn() {
    showBack(true);
    back.querySelector(".yongxin-back-title").focus();
  }

  async function grade(name) {
    const sent = host.send({ type: "grade", card: current, grade: name });
    // What comes next stands there already; the status line tells where this answer is.
    host.announce(host.text(`review.page.noted.${name}`));
    (card.hidden ? end.querySelector(".yongxin-stem") : question).focus();
    try {
      await sent;
    } catch {
      host.refresh();
    }
  }

  function showBack(isTurned) {
    back.hidden = !isTurned;
    turnButton.parentElement.hidden = isTurned;
  }

  function draw(shown) {
    const { kicker, front, back: answer, is_new: isNew, waits } = shown;
    card.querySelector(".yongxin-kicker").textContent = isNew
      ? `${kicker} · ${host.text("review.page.new")}`
      : kicker;
    question.textContent = front.text;
    const also = card.querySelector(".yongxin-also");
    also.hidden = !front.also;
    also.textContent = front.also?.text ?? "";
    also.lang = front.also?.language ?? host.language;
    card.querySelector(".yongxin-front").replaceChildren(...front.groups.flatMap(groupOf));
    back.querySelector(".yongxin-right-answer").replaceChildren(...answer.lines.map(lineOf));
    const why = back.querySelector(".yongxin-why");
    why.hidden = !answer.explanation;
    why.querySelector("p").textContent = answer.explanation ?? "";
    for (const button of gradeButtons) {
      const days = waits[button.dataset.yongxinGrade];
      const key = days === 1 ? "review.page.wait.one" : "review.page.wait.several";
      button.querySelector(".yongxin-grade-wait").textContent = host.text(key, { days });
    }
  }

  function drawEnd({ waiting, met, next_in: days }) {
    const state = waiting ? "more" : met ? "done" : "nothing";
    end.querySelector(".yongxin-stem").textContent = host.text(`review.page.end.${state}`);
    const later = days === 1 ? "review.page.end.later.one" : "review.page.end.later.several";
    end.querySelector("p").textContent = {
      more: () => host.text("review.page.end.fetch", { count: waiting }),
      nothing: () => host.text("review.page.end.begin"),
      done: () => (days === null ? "" : host.text(later, { days })),
    }[state]();
  }

  function drawFacts({ waiting, answered }) {
    const count = waiting === 1 ? "review.page.waiting.one" : "review.page.waiting.several";
    const told = waiting ? [host.text(count, { count: waiting })] : [];
    if (answered) {
      told.push(host.text("review.page.answered", { count: answered }));
    }
    facts.textContent = told.join(host.space);
    facts.hidden = !told.length;
  }

  return {
    update(presentation) {
      find(".yongxin-review-loading").hidden = true;
      reminder.disabled = false;
      reminder.checked = presentation.reminder;
      drawFacts(presentation);
      // A card that somebody is looking at stays, whatever else has changed.
      const here = presentation.cards.find((one) => one.id === current) ?? presentation.cards[0];
      const hadFocus = card.contains(document.activeElement);
      card.hidden = !here;
      end.hidden = Boolean(here);
      if (here && here.id !== current) {
        showBack(false);
      }
      current = here?.id ?? null;
      if (here && !host.module("dom").same(here, drawn)) {
        draw(here);
        drawn = here;
      }
      if (!here) {
        drawEnd(presentation);
      }
      if (hadFocus && !card.contains(document.activeElement)) {
        // Another window has answered the card that had the focus.
        (here ? question : end.querySelector(".yongxin-stem")).focus();
      }
    },
  };
}

function groupOf({ label, lines }) {
  const list = document.createElement("ul");
  list.append(...lines.map(lineOf));
  if (!label) {
    return [list];
  }
  const name = document.createElement("p");
  name.className = "yongxin-front-label";
  name.textContent = label;
  return [name, list];
}

function lineOf(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}

/** An answered card leaves the queue at once, also without a connection. */
export function foresee(presentation, event) {
  if (event.type === "remind") {
    return { ...presentation, reminder: event.wanted };
  }
  const cards = presentation.cards.filter((one) => one.id !== event.card);
  const left = presentation.cards.length - cards.length;
  const waits = presentation.cards.find((one) => one.id === event.card)?.waits[event.grade];
  const days = [presentation.next_in, waits].filter(Number.isInteger);
  return {
    ...presentation,
    cards,
    waiting: presentation.waiting - left,
    answered: presentation.answered + left,
    next_in: days.length ? Math.min(...days) : null,
  };
}

/** Only what was changed here can be saved: an untouched queue is nobody's answer. */
export function standing({ answered, reminder }) {
  return answered || reminder ? "kept" : null;
}
