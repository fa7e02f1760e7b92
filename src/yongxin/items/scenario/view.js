// Scenarios: a story in lines, and the choices with which it goes on.

/**
 * @param {HTMLElement} root
 * @param {import("../../elements/runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const story = root.querySelector(".yongxin-story");
  const choosing = root.querySelector(".yongxin-choosing");
  const steps = root.querySelector(".yongxin-steps");
  const ending = root.querySelector(".yongxin-ending");
  const replay = root.querySelector("[data-yongxin-action=replay]");
  const time = root.querySelector(".yongxin-time");
  const earlier = root.querySelector(".yongxin-earlier");
  const isCounted = root.dataset.yongxinUse === "graded";
  const meters = new Map(
    [...root.querySelectorAll("[data-yongxin-meter]")].map((one) => [
      one.dataset.yongxinMeter,
      one,
    ]),
  );
  let latest = null;

  steps.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-yongxin-step]");
    if (!button || latest.waiting) {
      return;
    }
    const before = latest.story.length;
    try {
      const option = button.dataset.yongxinStep;
      const { presentation } = await host.send({ type: "choose", option, at: latest.at });
      announce(presentation, before);
    } catch {
      giveUpWaiting();
    }
  });

  replay.addEventListener("click", async () => {
    if (latest.waiting) {
      return;
    }
    try {
      await host.send({ type: "replay" });
      moveFocusTo(story.firstElementChild);
    } catch {
      giveUpWaiting();
    }
  });

  /** The status line tells why. Another window may have gone on: show where things stand. */
  function giveUpWaiting() {
    draw({ ...latest, waiting: null });
    host.refresh();
  }

  /** Say what has happened since: the focus stands on the first of it, and reads that itself. */
  function announce({ story: told, ending: over }, before) {
    const [choice, ...lines] = told.slice(before);
    const words = over ? [choice?.reply] : lines.map(spoken);
    host.announce(words.filter(Boolean).join(host.space));
  }

  function spoken({ speaker, text }) {
    return speaker ? host.text("scenario.meter", { name: speaker, value: text }) : text;
  }

  function drawStory({ story: told, options, waiting }) {
    const drawn = told.map((one) =>
      one.kind === "choice" ? choiceOf(one, meters, host) : lineOf(one),
    );
    if (waiting) {
      const option = options.find((one) => one.id === waiting.option);
      const reply = host.text("scenario.waiting");
      drawn.push(option ? choiceOf({ ...option, reply }, meters, host) : lineOf({ text: reply }));
    }
    keepSame(story, drawn);
  }

  function drawOptions({ options, locked, waiting }) {
    choosing.hidden = !options.length || locked;
    const drawn = options.map((option) => {
      const button = element("button", "yongxin-button yongxin-step", option.text);
      button.type = "button";
      button.dataset.yongxinStep = option.id;
      // Not `disabled`: the focus must not fall off the button that was just pressed.
      button.setAttribute("aria-disabled", String(Boolean(waiting)));
      return button;
    });
    const there = [...steps.querySelectorAll("button")];
    const same =
      drawn.length === there.length &&
      drawn.every((one, index) => isSameButton(one, there[index]));
    if (same) {
      there.forEach((one) => one.setAttribute("aria-disabled", String(Boolean(waiting))));
      return;
    }
    steps.replaceChildren(
      ...drawn.map((button) => {
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
  }

  function drawMeters({ meters: values, failed }) {
    for (const [id, place] of meters) {
      if (values) {
        const told = signed(values[id], host);
        const isTooLow = failed === id;
        const words = isTooLow ? [told, host.text("scenario.too-low")] : [told];
        const meter = place.querySelector("meter");
        meter.value = values[id];
        meter.setAttribute("aria-valuetext", words.join(host.text("scenario.joint")));
        place.querySelector(".yongxin-value").textContent = meter.getAttribute("aria-valuetext");
        place.dataset.failed = String(isTooLow);
      }
    }
  }

  function drawEnding({ ending: told, failed, can_replay: again, locked }) {
    ending.hidden = !told;
    ending.replaceChildren();
    if (told) {
      ending.append(
        element("p", "yongxin-headline", host.text("scenario.over")),
        element("p", "", told.text),
        ...judgement(told, failed, meters, host),
      );
      if (!again && !locked) {
        ending.append(element("p", "", host.text("scenario.used-up")));
      }
    }
  }

  function drawEarlier({ earlier: times }) {
    earlier.hidden = !times.length;
    earlier.querySelector("ol").replaceChildren(
      ...times.map((one, index) => {
        const words = host.text("scenario.earlier-one", {
          number: index + 1,
          steps: one.steps,
          ending: one.ending,
        });
        const score =
          one.ratio === null
            ? ""
            : host.text("scenario.earlier-score", { percent: Math.round(100 * one.ratio) });
        return element("li", "", [words, score].filter(Boolean).join(host.space));
      }),
    );
  }

  function drawTime({ time: number, times }) {
    time.hidden = !isCounted && number === 1;
    const key = isCounted ? "scenario.of-times" : "scenario.time";
    time.textContent = host.text(key, { time: number, times });
  }

  function draw(presentation) {
    const hadFocus = choosing.contains(document.activeElement);
    latest = presentation;
    drawStory(presentation);
    drawOptions(presentation);
    drawMeters(presentation);
    drawEnding(presentation);
    drawEarlier(presentation);
    drawTime(presentation);
    replay.hidden = !presentation.can_replay || presentation.locked;
    replay.setAttribute("aria-disabled", String(Boolean(presentation.waiting)));
    // A control that vanishes must hand its focus on, or the keyboard starts at the page's top.
    const focused = document.activeElement;
    if (hadFocus && (!root.contains(focused) || focused.closest("[hidden]"))) {
      moveFocusTo(presentation.ending ? ending : newest(story));
    }
  }

  return { update: draw };
}

/** The presentation once the server has accepted `event`, as far as the browser can know. */
export function foresee(presentation, event) {
  const isNext = event.type === "replay" || event.at === presentation.at;
  return isNext ? { ...presentation, waiting: event } : presentation;
}

/** What the status line says of the answer itself. */
export function standing(presentation) {
  if (presentation.locked) {
    return "locked";
  }
  if (presentation.answered) {
    return "answered";
  }
  return presentation.at ? "partly" : "unanswered";
}

/** What the last choice led to, or the beginning if nothing was chosen yet. */
function newest(story) {
  const choices = story.querySelectorAll(":scope > .yongxin-choice-made");
  return choices.length ? choices[choices.length - 1] : story.firstElementChild;
}

function moveFocusTo(place) {
  place.tabIndex = -1;
  place.focus();
}

/** Put `drawn` into `list`; what is there already stays the same element, with its focus. */
function keepSame(list, drawn) {
  drawn.forEach((one, index) => {
    const there = list.children[index];
    if (there?.hasAttribute("tabindex")) {
      one.tabIndex = -1;
    }
    if (!there) {
      list.append(one);
    } else if (!there.isEqualNode(one)) {
      const hadFocus = there === document.activeElement;
      there.replaceWith(one);
      if (hadFocus) {
        one.focus();
      }
    }
  });
  while (list.children.length > drawn.length) {
    list.lastElementChild.remove();
  }
}

function isSameButton(one, other) {
  return (
    !other.disabled &&
    one.dataset.yongxinStep === other.dataset.yongxinStep &&
    one.textContent === other.textContent
  );
}

function lineOf({ speaker, text }) {
  const item = element("li", speaker ? "yongxin-line" : "yongxin-line yongxin-told");
  if (speaker) {
    item.append(element("strong", "yongxin-speaker", speaker), " ");
  }
  item.append(element("span", "", text));
  return item;
}

function choiceOf({ text, reply, effects, feedback, mode, skill }, meters, host) {
  const item = element("li", "yongxin-choice-made");
  const mine = element("p", "yongxin-line yongxin-mine");
  mine.append(element("strong", "yongxin-speaker", host.text("scenario.you")), " ");
  mine.append(element("span", "", text));
  item.append(mine, element("p", "yongxin-line yongxin-told", reply));
  if (effects) {
    const why = element("div", "yongxin-why");
    why.append(element("p", "yongxin-changes", changes(effects, meters, host)));
    why.append(element("p", "", feedback));
    if (mode) {
      const name = host.text(`scenario.mode.${mode}`);
      why.append(element("p", "yongxin-tag", host.text("scenario.tags", { mode: name })));
    }
    if (skill) {
      const name = host.text(`scenario.skill.${skill}`);
      why.append(element("p", "yongxin-tag", host.text("scenario.tags-skill", { skill: name })));
    }
    item.append(why);
  }
  return item;
}

function changes(effects, meters, host) {
  const told = Object.entries(effects)
    .filter(([, change]) => change)
    .map(([meter, change]) =>
      host.text("scenario.change", {
        meter: nameOf(meters.get(meter)),
        change: signed(change, host, "+"),
      }),
    );
  return told.length
    ? host.text("scenario.changes", { changes: told.join(host.text("scenario.joint")) })
    : host.text("scenario.no-change");
}

function judgement(told, failed, meters, host) {
  const parts = [];
  if (failed) {
    const name = nameOf(meters.get(failed));
    parts.push(element("p", "yongxin-failed", host.text("scenario.failed", { name })));
  }
  if (told.rating) {
    const rating = host.text(`scenario.rating.${told.rating}`);
    parts.push(element("p", "", host.text("scenario.rated", { rating })));
  }
  if (told.chain) {
    parts.push(element("p", "yongxin-what", host.text("scenario.chain.label")));
    const list = element("dl", "yongxin-chain");
    for (const [step, text] of Object.entries(told.chain)) {
      list.append(element("dt", "", host.text(`scenario.chain.${step}`)), element("dd", "", text));
    }
    parts.push(list);
  }
  if (told.ratio !== null) {
    const percent = Math.round(100 * told.ratio);
    parts.push(element("p", "yongxin-score", host.text("scenario.score", { percent })));
    parts.push(element("p", "", told.explanation));
  }
  return parts;
}

function nameOf(meter) {
  return meter.querySelector("label").textContent;
}

/** A number with a real minus sign; with "+" as `plus`, a change. */
function signed(value, host, plus = "") {
  const text = Math.abs(value).toLocaleString(host.language);
  return `${value < 0 ? "−" : value > 0 ? plus : ""}${text}`;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}
