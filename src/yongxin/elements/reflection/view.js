// Reflections: fields to write in, kept while they are written.

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const question = root.querySelector(".yongxin-question");
  const exemplar = root.querySelector(".yongxin-exemplar");
  const revision = root.querySelector(".yongxin-returned") && revisionOf(root, host);
  const fields = [...question.querySelectorAll("[data-yongxin-field]")].map((place) => {
    const text = place.querySelector("textarea");
    const select = place.querySelector("select");
    const day = place.querySelector("input[type=date]");
    if (text) {
      return textField(place, text, changed, host);
    }
    if (day) {
      return dateField(place, day, changed, host);
    }
    return select ? selectField(place, select, changed) : choiceField(place, changed);
  });

  root.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  function changed() {
    const complaints = fields.map((field) => field.complaint());
    host.complain(complaints.find(Boolean) ?? null);
  }

  function send(id, text) {
    // Told by the status line; the field keeps what was written.
    host.send({ type: "write", fields: { [id]: text } }).catch(() => {});
  }
  fields.forEach((field) => field.onChange(send));

  return {
    update(presentation) {
      question.disabled = false;
      for (const field of fields) {
        field.show(presentation.fields[field.id] ?? "");
        field.lock(presentation.locked);
        const hints = presentation.hints.filter((hint) => hint.field === field.id);
        field.hint(hints.map((hint) => hint.note).join(host.space));
      }
      revision?.show(presentation);
      if (exemplar) {
        exemplar.hidden = presentation.exemplar === null;
        for (const place of exemplar.querySelectorAll("[data-yongxin-exemplar]")) {
          place.textContent = presentation.exemplar?.[place.dataset.yongxinExemplar] ?? "";
        }
      }
    },
  };
}

/** The presentation once the server has accepted `event`, as far as the browser can know. */
export function foresee(presentation, event) {
  return { ...presentation, fields: { ...presentation.fields, ...event.fields } };
}

/** What the status line says of the answer itself. */
export function standing(presentation) {
  if (presentation.locked) {
    return "locked";
  }
  const written = Object.values(presentation.fields);
  if (!written.some((text) => text)) {
    return "untouched";
  }
  if (!presentation.complete) {
    return "begun";
  }
  // Where fields are optional, nobody but the learner knows whether there is more to come.
  return written.every((text) => text) && written.length === presentation.total
    ? "complete"
    : "kept";
}

/** What a trainer has returned: why, and handing it in again. */
function revisionOf(root, host) {
  const note = root.querySelector(".yongxin-returned");
  const comment = root.querySelector(".yongxin-returned-comment");
  const button = root.querySelector("[data-yongxin-action=revise]");
  const question = host.module("confirming").prepare(root, host, {
    event: { type: "revise" },
    closed() {
      button.parentElement.hidden = !isOpen();
      button.focus();
    },
    done: () => note.focus(),
  });
  let presentation = null;

  button.addEventListener("click", ask);

  function isOpen() {
    return presentation.returned?.revised === null;
  }

  function ask() {
    host.complain(null);
    if (!presentation.complete) {
      host.complain(host.text("reflection.revise.incomplete"));
      return;
    }
    button.parentElement.hidden = true;
    question.ask();
  }

  return {
    show(latest) {
      presentation = latest;
      const { returned } = latest;
      note.hidden = !returned;
      if (returned) {
        note.querySelector("p").textContent = returned.revised
          ? host.text("reflection.returned.revised", { time: host.time(returned.revised) })
          : host.text("reflection.returned.open", { time: host.time(returned.at) });
        comment.textContent = returned.comment;
      }
      if (!isOpen()) {
        question.withdraw();
      }
      button.parentElement.hidden = !isOpen() || question.isOpen;
      button.disabled = false;
    },
  };
}

function textField(place, control, changed, host) {
  const id = place.dataset.yongxinField;
  const minimum = Number(place.dataset.yongxinMinimum);
  const maximum = Number(place.dataset.yongxinMaximum);
  const length = place.querySelector(".yongxin-length");
  const untouched = length.textContent;
  // Characters, as the server counts them, not UTF-16 units.
  const count = () => [...control.value].length;
  let send = null;

  function showLength() {
    const written = count();
    const over = written > maximum;
    place.dataset.over = String(over);
    control.setAttribute("aria-invalid", String(over));
    if (over) {
      length.textContent = host.text("reflection.length.over", {
        count: written,
        maximum,
        over: written - maximum,
      });
    } else if (written && [...control.value.trim()].length < minimum) {
      length.textContent = host.text("reflection.length.under", { count: written, minimum });
    } else if (written) {
      length.textContent = host.text("reflection.length.within", { count: written, maximum });
    } else {
      length.textContent = untouched;
    }
  }

  function written() {
    showLength();
    changed();
    if (count() <= maximum) {
      send(id, control.value);
    }
  }

  control.addEventListener("input", (event) => {
    // While pinyin is being turned into characters, the field holds what nobody meant to write.
    if (event.isComposing) {
      showLength();
    } else {
      written();
    }
  });
  control.addEventListener("compositionend", written);

  return {
    id,
    onChange: (report) => {
      send = report;
    },
    show(text) {
      const isBusy = document.activeElement === control || count() > maximum;
      if (!isBusy && control.value !== text) {
        control.value = text;
      }
      showLength();
    },
    lock(locked) {
      // Not `disabled`: one's own text can still be scrolled, read and copied with the keyboard.
      control.readOnly = locked;
    },
    hint: (note) => showHint(place, note),
    complaint: () =>
      count() > maximum
        ? host.text("reflection.too-long", { label: labelOf(place), maximum })
        : null,
  };
}

/** A day. The browser's own control puts it into words and offers a calendar. */
function dateField(place, control, changed, host) {
  let send = null;
  let complaint = null;

  /** Return what is wrong with what stands there, or null. */
  function slip() {
    const { badInput, rangeUnderflow, rangeOverflow } = control.validity;
    const label = labelOf(place);
    if (badInput) {
      return host.text("reflection.date.incomplete", { label });
    }
    return rangeUnderflow || rangeOverflow
      ? host.text("reflection.date.out-of-range", { label })
      : null;
  }

  function complain(message) {
    complaint = message;
    control.setAttribute("aria-invalid", String(Boolean(message)));
    changed();
  }

  // While a year is typed, it is the year 2, then 20: only a day that can be is sent, and only who
  // leaves the field is told that something is missing.
  control.addEventListener("input", () => {
    if (!slip()) {
      complain(null);
      send(place.dataset.yongxinField, control.value);
    }
  });
  control.addEventListener("blur", () => complain(slip()));

  return {
    id: place.dataset.yongxinField,
    onChange: (report) => {
      send = report;
    },
    show(day) {
      const isBusy = document.activeElement === control || complaint;
      if (!isBusy && control.value !== day) {
        control.value = day;
      }
    },
    lock(locked) {
      control.readOnly = locked;
    },
    hint: (note) => showHint(place, note),
    complaint: () => complaint,
  };
}

function choiceField(place, changed) {
  const options = [...place.querySelectorAll("input[type=radio]")];
  let send = null;
  place.addEventListener("change", () => {
    changed();
    send(place.dataset.yongxinField, options.find((one) => one.checked)?.value ?? "");
  });
  return {
    id: place.dataset.yongxinField,
    onChange: (report) => {
      send = report;
    },
    show(chosen) {
      for (const one of options) {
        one.checked = one.value === chosen;
      }
    },
    lock(locked) {
      place.disabled = locked;
    },
    hint: (note) => showHint(place, note),
    complaint: () => null,
  };
}

/** A choice among so many that a list of its own shows them better. */
function selectField(place, select, changed) {
  let send = null;
  select.addEventListener("change", () => {
    changed();
    send(place.dataset.yongxinField, select.value);
  });
  return {
    id: place.dataset.yongxinField,
    onChange: (report) => {
      send = report;
    },
    show(chosen) {
      select.value = chosen;
    },
    lock(locked) {
      select.disabled = locked;
    },
    hint: (note) => showHint(place, note),
    complaint: () => null,
  };
}

function showHint(place, note) {
  const hint = place.querySelector(".yongxin-hint");
  if (hint.textContent !== note) {
    hint.textContent = note;
  }
  hint.hidden = !note;
}

function labelOf(place) {
  return place.querySelector("label, legend").textContent;
}
