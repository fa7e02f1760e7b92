// Table: drop-down lists and number fields in the cells that are asked.

/** What may become a number with the next key. */
const BEGINNING = /^[+\-−‐－＋–]?[.,。．，、]?$/;
const NEGATIVE = /^[-−‐－–]\s*/;

/**
 * Whether a text is a number as the server reads it: see `items/number/reading.py`.
 * @param {string} typed
 */
export function isNumber(typed) {
  const signs = { "−": "-", "‐": "-", "–": "-", "。": ".", "、": "," };
  const text = typed
    .normalize("NFKC")
    .replace(/[−‐–。、]/g, (sign) => signs[sign])
    .trim()
    .replace(/^([+-]) +/, "$1");
  const whole = /^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$/.test(text)
    ? text.replaceAll(",", "")
    : text.replaceAll(",", ".");
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(whole);
}

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed, text }) {
  const cells = [...question.querySelectorAll("[data-yongxin-cell]")];
  const isField = (cell) => cell instanceof HTMLInputElement;
  const canBeKept = (cell) => cell.value.trim() !== "" && (!isField(cell) || isNumber(cell.value));

  /** What cannot be read stays in its field and says so; all the rest is the answer. */
  function read() {
    const filled = cells.filter(canBeKept);
    return filled.length
      ? Object.fromEntries(filled.map((one) => [one.dataset.yongxinCell, one.value.trim()]))
      : null;
  }

  function complain(cell) {
    const isWrong = isField(cell) && cell.value.trim() !== "" && !isNumber(cell.value);
    if (isField(cell)) {
      cell.setAttribute("aria-invalid", String(isWrong));
      // Empty as well as hidden: a field is described by its note even if nobody sees it.
      const note = cell.closest("td").querySelector(".yongxin-cell-note");
      note.hidden = !isWrong;
      note.textContent = isWrong ? text("quiz.table.not-a-number") : "";
    }
  }

  question.addEventListener("input", (event) => {
    const cell = event.target;
    if (!cells.includes(cell) || event.isComposing) {
      return;
    }
    if (canBeKept(cell) || cell.value.trim() === "") {
      complain(cell);
      changed(read());
    }
  });
  question.addEventListener("change", (event) => {
    const cell = event.target;
    if (cells.includes(cell)) {
      complain(cell);
      changed(read());
    }
  });
  question.addEventListener("click", (event) => {
    const sign = event.target.closest("[data-yongxin-sign]");
    const cell = sign && cells.find((one) => one.dataset.yongxinCell === sign.dataset.yongxinSign);
    if (cell) {
      const typed = cell.value.trim();
      cell.value = NEGATIVE.test(typed)
        ? typed.replace(NEGATIVE, "")
        : `−${typed.replace(/^[+＋]\s*/, "")}`;
      cell.focus();
      if (!BEGINNING.test(typed)) {
        complain(cell);
        changed(read());
      }
    }
  });

  return {
    read,
    show(response) {
      for (const cell of cells) {
        const value = response?.[cell.dataset.yongxinCell] ?? "";
        const isRefused = cell.getAttribute("aria-invalid") === "true";
        if (document.activeElement !== cell && !isRefused && cell.value !== value) {
          cell.value = value;
        }
      }
    },
  };
}
