// Self-assessments: a sheet of questions, then what the answers come to, for oneself alone.

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const form = root.querySelector("form");
  const result = root.querySelector(".yongxin-result");
  const title = result.querySelector(".yongxin-result-title");
  const answered = form.querySelector(".yongxin-answered");
  const missing = form.querySelector(".yongxin-still-open");
  const finish = form.querySelector("button[type=submit]");
  const back = form.querySelector("[data-yongxin-action=back]");
  const again = result.querySelector("[data-yongxin-action=again]");
  let place = result.querySelector(".yongxin-chart");
  let chart = null;
  const questions = [...form.querySelectorAll("[data-yongxin-question]")].map((one) =>
    question(one, (id, option) => {
      tellMissing([]);
      showAnswered();
      host.send({ type: "mark", answers: { [id]: option } }).catch(() => {});
    }),
  );
  let isOpen = true;
  let drawn = "";

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const open = questions.filter((one) => !one.chosen());
    tellMissing(open);
    if (open.length) {
      open[0].focus();
      return;
    }
    try {
      const { presentation } = await host.send({ type: "finish" });
      host.announce(presentation.result.summary);
    } catch {
      // Told by the status line.
    }
  });
  for (const [button, type] of [
    [again, "again"],
    [back, "back"],
  ]) {
    button.addEventListener("click", () => host.send({ type }).catch(() => {}));
  }

  function tellMissing(open) {
    const words = open.length
      ? host.text("assessment.page.missing", {
          count: open.length,
          numbers: open.map((one) => questions.indexOf(one) + 1).join(host.text("element.unknown.joint")),
        })
      : "";
    missing.hidden = !words;
    if (missing.textContent !== words) {
      missing.textContent = words;
      host.announce(words);
    }
  }

  function showAnswered() {
    answered.textContent = host.text("assessment.page.answered", {
      answered: questions.filter((one) => one.chosen()).length,
      total: questions.length,
    });
  }

  /** Draw on a place of its own: plotly forgets how large a chart is that was hidden meanwhile. */
  function drawChart({ figure, summary }) {
    chart?.end();
    if (!figure) {
      return;
    }
    const fresh = element("div", "yongxin-chart", "");
    fresh.dataset.yongxinHeight = figure.layout.height;
    place.replaceWith(fresh);
    place = fresh;
    chart = host.module("charts").prepare(place, host);
    chart.show(figure, summary);
  }

  return {
    update(latest) {
      const hadFocus = root.contains(document.activeElement);
      const wasOpen = isOpen;
      isOpen = latest.open;
      finish.disabled = false;
      back.hidden = !latest.result;
      questions.forEach((one) => one.show(latest.answers[one.id] ?? null));
      showAnswered();
      form.hidden = !isOpen;
      result.hidden = isOpen;
      // Not before it is in sight: a chart asks its place how wide it may be.
      if (!isOpen && JSON.stringify(latest.result) !== drawn) {
        drawn = JSON.stringify(latest.result);
        showResult(result, latest.result, host);
        drawChart(latest.result);
      }
      if (isOpen) {
        drawn = "";
      }
      if (isOpen !== wasOpen) {
        tellMissing([]);
        // What had the focus is gone; whoever uses the keyboard goes on where the news is.
        if (hadFocus) {
          isOpen ? questions[0].focus() : title.focus();
        }
      }
    },
    end() {
      chart?.end();
    },
  };
}

/** The presentation once the server has accepted `event`; a result is the server's to say. */
export function foresee(presentation, event) {
  switch (event.type) {
    case "mark": {
      const answers = { ...presentation.answers, ...event.answers };
      return { ...presentation, answers, answered: Object.keys(answers).length };
    }
    case "again":
      return { ...presentation, answers: {}, answered: 0, open: true };
    case "back":
      return { ...presentation, answers: {}, answered: 0, open: false };
    default:
      return presentation;
  }
}

/** What the status line says of the sheet, or of the result. */
export function standing(presentation) {
  if (!presentation.open) {
    return "result";
  }
  if (!presentation.answered) {
    return "unanswered";
  }
  return presentation.answered < presentation.total ? "partly" : "unfinished";
}

function question(place, chosen) {
  const options = [...place.querySelectorAll("input")];
  const id = place.dataset.yongxinQuestion;
  place.addEventListener("change", (event) => chosen(id, event.target.value));
  return {
    id,
    chosen: () => options.some((one) => one.checked),
    show(option) {
      place.disabled = false;
      for (const one of options) {
        one.checked = one.value === option;
      }
    },
    focus() {
      (options.find((one) => one.checked) ?? options[0]).focus();
    },
  };
}

function showResult(place, result, host) {
  const table = (name) => place.querySelector(`[data-yongxin-table=${name}]`);
  place.querySelector(".yongxin-date").textContent = result.at ? dateOf(result.at, host) : "";
  if (result.table) {
    place.querySelector(".yongxin-scales").replaceChildren(...result.scales.map(scale));
    fillTable(table("result"), result.table);
    const group = place.querySelector(".yongxin-group-means");
    group.hidden = !result.group;
    if (result.group) {
      group.querySelector(".yongxin-group-words").textContent = result.group.words;
      fillTable(table("group"), result.group.table);
    }
  }
  const { history } = result;
  place.querySelector(".yongxin-development").hidden = history.rows.length < 2 && !result.left_out;
  place.querySelector(".yongxin-differences").replaceChildren(
    ...result.changes.map((words) => element("li", "", words)),
  );
  fillTable(table("history"), {
    ...history,
    rows: history.rows.map(({ at, cells }) => [dateOf(at, host), ...cells]),
  });
  const leftOut = place.querySelector(".yongxin-left-out");
  leftOut.hidden = !result.left_out;
  leftOut.textContent = result.left_out ?? "";
  const answers = place.querySelector(".yongxin-own-answers");
  // Where answers have words of their own, these are the result.
  answers.open = result.answers.some((one) => one.feedback);
  answers.querySelector("dl").replaceChildren(...result.answers.flatMap(ownAnswer));
}

function scale({ title, position, band, text }) {
  const line = element("p", "yongxin-scale-title", "");
  line.append(element("strong", "", title), ` ${position} `, element("span", "yongxin-band", band));
  const item = element("li", "", "");
  item.append(line, element("p", "", text));
  return item;
}

function ownAnswer({ question: asked, answer, feedback }) {
  const chosen = element("dd", "", answer);
  if (!feedback) {
    return [element("dt", "", asked), chosen];
  }
  return [element("dt", "", asked), chosen, element("dd", "yongxin-word", feedback)];
}

function fillTable(table, { caption, columns, rows }) {
  const heading = document.createElement("tr");
  heading.append(...columns.map((one) => cell("th", one, "col")));
  const head = document.createElement("thead");
  head.append(heading);
  const body = document.createElement("tbody");
  for (const cells of rows) {
    const line = document.createElement("tr");
    line.append(
      ...cells.map((one, column) => (column ? cell("td", one) : cell("th", one, "row"))),
    );
    body.append(line);
  }
  table.replaceChildren(element("caption", "", caption), head, body);
  table.parentElement.setAttribute("aria-label", caption);
}

function cell(tag, text, scope) {
  const box = element(tag, "", text);
  if (scope) {
    box.scope = scope;
  }
  return box;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}

function dateOf(at, host) {
  return new Date(at).toLocaleString(host.language, {
    year: "numeric",
    month: "long",
    day: "numeric",
  });
}
