// Ordering: a list whose entries move by buttons, by Alt and the arrow keys, or by dragging.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed, announce, text }) {
  const list = question.querySelector("ol");
  const first = entries().map((one) => one.dataset.yongxinOption);
  let touched = false;

  function entries() {
    return [...list.children];
  }

  function order() {
    return entries().map((one) => one.dataset.yongxinOption);
  }

  /** Move an entry to a place in the list, counted from 0, and say where it is now. */
  function move(entry, place) {
    const all = entries();
    const from = all.indexOf(entry);
    if (place < 0 || place >= all.length) {
      announce(
        text(place < 0 ? "quiz.ordering.is-first" : "quiz.ordering.is-last", {
          entry: nameOf(entry),
        }),
      );
      return;
    }
    const focused = document.activeElement;
    list.insertBefore(entry, place > from ? all[place].nextSibling : all[place]);
    // Moving an element in the document takes its focus away.
    if (entry.contains(focused)) {
      focused.focus();
    }
    touched = true;
    markEnds();
    announce(
      text("quiz.ordering.moved", { entry: nameOf(entry), position: place + 1, count: all.length }),
    );
    changed(order());
  }

  function markEnds() {
    const all = entries();
    all.forEach((entry, index) => {
      // Not `disabled`: the button that was just pressed would lose its focus at the end.
      buttonOf(entry, -1).setAttribute("aria-disabled", String(index === 0));
      buttonOf(entry, 1).setAttribute("aria-disabled", String(index === all.length - 1));
    });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-yongxin-move]");
    if (button) {
      const entry = button.closest("li");
      move(entry, entries().indexOf(entry) + Number(button.dataset.yongxinMove));
    }
  });

  list.addEventListener("keydown", (event) => {
    const entry = event.target.closest("li");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!entry || !step || question.disabled) {
      return;
    }
    event.preventDefault();
    const place = entries().indexOf(entry) + step;
    if (event.altKey) {
      move(entry, place);
    } else {
      const neighbour = entries()[place];
      const side = event.target.closest("[data-yongxin-move]")?.dataset.yongxinMove ?? step;
      neighbour && buttonOf(neighbour, side).focus();
    }
  });

  makeDraggable(list, () => !question.disabled, move);
  markEnds();

  return {
    // The order in which the entries first stand is nobody's answer until something was moved.
    read: () => (touched ? order() : null),
    show(response) {
      touched = response !== null;
      const wanted = response ?? first;
      const byId = new Map(entries().map((one) => [one.dataset.yongxinOption, one]));
      // What has waited on the device may name entries that the course has lost since.
      const isKnown = wanted.every((id) => byId.has(id));
      if (isKnown && JSON.stringify(wanted) !== JSON.stringify(order())) {
        const focused = document.activeElement;
        list.append(...wanted.map((id) => byId.get(id)));
        if (list.contains(focused)) {
          focused.focus();
        }
        markEnds();
      }
    },
  };
}

function nameOf(entry) {
  return entry.dataset.yongxinText;
}

function buttonOf(entry, step) {
  return entry.querySelector(`[data-yongxin-move="${step}"]`);
}

/** Dragging by the grip, for those who like it; nothing depends on it. */
function makeDraggable(list, isAllowed, move) {
  list.addEventListener("pointerdown", (start) => {
    const entry = start.target.closest(".yongxin-grip")?.closest("li");
    if (!entry || !isAllowed() || start.button !== 0) {
      return;
    }
    start.preventDefault();
    const grip = start.target.closest(".yongxin-grip");
    grip.setPointerCapture(start.pointerId);
    entry.dataset.dragged = "";

    const placeUnder = (y) => {
      const others = [...list.children].filter((one) => one !== entry);
      return others.filter((one) => middleOf(one) < y).length;
    };
    const follow = (event) => {
      entry.style.translate = `0 ${event.clientY - start.clientY}px`;
    };
    const end = (event) => {
      grip.removeEventListener("pointermove", follow);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      delete entry.dataset.dragged;
      entry.style.translate = "";
      const place = placeUnder(event.clientY);
      if (event.type === "pointerup" && place !== [...list.children].indexOf(entry)) {
        move(entry, place);
      }
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  });
}

function middleOf(element) {
  const box = element.getBoundingClientRect();
  return box.top + box.height / 2;
}
