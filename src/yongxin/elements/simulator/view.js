// Simulators: sliders, number fields and choices; the results in words, as a table, as a chart,
// and now and then as a pace to keep.

/** How long after the last change the result is read out, in milliseconds. */
const PAUSE = 1000;

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const form = root.querySelector("form");
  const groups = [...form.querySelectorAll("fieldset")];
  const reset = form.querySelector("button[type=reset]");
  const summary = root.querySelector(".yongxin-summary");
  const table = root.querySelector(".yongxin-results table");
  const place = root.querySelector(".yongxin-chart");
  const chart = host.module("charts").prepare(place, host);
  const ring = root.querySelector(".yongxin-pace");
  // A page with a ring loads the pacer beforehand. If that failed, the table is there to follow.
  const pacer = ring && host.module("pacer")?.prepare(ring, host);
  const inputs = [...form.querySelectorAll("[data-yongxin-input]")].map((one) =>
    input(one, changed, host),
  );
  let timer = 0;
  let isOwnChange = false;

  function changed(id, value) {
    const wrong = inputs.find((one) => one.complaint());
    host.complain(wrong ? wrong.complaint() : null);
    if (value !== null) {
      isOwnChange = true;
      host.send({ type: "set", inputs: { [id]: value } }).catch(() => {});
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    inputs.forEach((one) => one.clear());
    host.complain(null);
    isOwnChange = true;
    host.send({ type: "reset" }).catch(() => {});
  });

  return {
    update(presentation) {
      groups.forEach((group) => {
        group.disabled = false;
      });
      reset.disabled = false;
      inputs.forEach((one) => one.show(presentation.inputs[one.id]));
      if (summary.textContent !== presentation.summary) {
        summary.textContent = presentation.summary;
        clearTimeout(timer);
        if (isOwnChange) {
          timer = setTimeout(() => host.announce(presentation.summary), PAUSE);
        }
      }
      showTable(table, presentation.table, host);
      // Some models have nothing to draw before enough is chosen.
      place.hidden = !presentation.figure;
      if (presentation.figure) {
        chart.show(presentation.figure, presentation.summary);
      }
      if (presentation.pace) {
        pacer?.show(presentation.pace);
      }
    },
    end() {
      clearTimeout(timer);
      chart.end();
      pacer?.end();
    },
  };
}

/** The presentation once the server has accepted `event`; the results are the server's to say. */
export function foresee(presentation, event) {
  return event.type === "set"
    ? { ...presentation, untouched: false, inputs: { ...presentation.inputs, ...event.inputs } }
    : { ...presentation, untouched: true, inputs: presentation.defaults };
}

/** What the status line says: nothing, until something was moved. */
export function standing(presentation) {
  return presentation.untouched ? null : "settings";
}

function input(place, changed, host) {
  const id = place.dataset.yongxinInput;
  const select = place.querySelector("select");
  return select ? choice(id, select, changed) : number(id, place, changed, host);
}

function choice(id, select, changed) {
  select.addEventListener("change", () => changed(id, select.value));
  return {
    id,
    show(value) {
      select.value = value;
    },
    clear() {},
    complaint: () => null,
  };
}

function number(id, place, changed, host) {
  const range = place.querySelector("input[type=range]");
  const field = place.querySelector("input[type=number]");
  const isUsable = () =>
    field.value !== "" &&
    Number(field.value) >= Number(field.min) &&
    Number(field.value) <= Number(field.max);

  range.addEventListener("input", () => {
    field.value = range.value;
    mark();
    changed(id, Number(range.value));
  });
  field.addEventListener("input", () => {
    mark();
    if (isUsable()) {
      range.value = field.value;
    }
    changed(id, isUsable() ? Number(field.value) : null);
  });

  function mark() {
    field.setAttribute("aria-invalid", String(!isUsable()));
  }

  return {
    id,
    show(value) {
      // A number that is being typed, such as “4.”, is left alone.
      if (isUsable() && Number(field.value) !== value && document.activeElement !== field) {
        field.value = value;
      }
      if (Number(range.value) !== value) {
        range.value = value;
      }
    },
    clear() {
      field.value = field.defaultValue;
      mark();
    },
    complaint() {
      return isUsable()
        ? null
        : host.text("simulator.out-of-range", {
            label: place.querySelector("label").textContent,
            minimum: field.min,
            maximum: field.max,
          });
    },
  };
}

function showTable(table, { rows, marked, has_total: hasTotal }, host) {
  const body = table.tBodies[0];
  const lines = rows.map((cells, index) => {
    const line = document.createElement("tr");
    const isMarked = marked.includes(index);
    line.classList.toggle("yongxin-marked", isMarked);
    line.classList.toggle("yongxin-total", hasTotal && index === rows.length - 1);
    cells.forEach((cell, column) => {
      const box = document.createElement(column ? "td" : "th");
      if (!column) {
        box.scope = "row";
      }
      box.textContent = cell;
      if (isMarked && column === cells.length - 1) {
        const tag = document.createElement("span");
        tag.className = "yongxin-tag";
        tag.textContent = host.text("simulator.changed");
        box.append(host.space, tag);
      }
      line.append(box);
    });
    return line;
  });
  body.replaceChildren(...lines);
}
