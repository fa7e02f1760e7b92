// Number: a text field, since a browser's own number field loses what it cannot read.

/** What may become a number with the next key; the server knows the rest. */
const BEGINNING = /^[+\-−－＋–]?[.,。．，]?$/;
const NEGATIVE = /^[-−－–]\s*/;

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed }) {
  const field = question.querySelector("input");
  const sign = question.querySelector("[data-yongxin-action=sign]");
  const read = () => field.value.trim() || null;

  field.addEventListener("input", (event) => {
    const text = field.value.trim();
    if (!event.isComposing && (text === "" || !BEGINNING.test(text))) {
      changed(read());
    }
  });
  field.addEventListener("compositionend", () => changed(read()));
  field.addEventListener("change", () => changed(read()));
  // The number keys of many phones have no minus.
  sign.addEventListener("click", () => {
    const text = field.value.trim();
    field.value = NEGATIVE.test(text)
      ? text.replace(NEGATIVE, "")
      : `−${text.replace(/^[+＋]\s*/, "")}`;
    field.focus();
    if (text) {
      changed(read());
    }
  });

  return {
    read,
    show(response) {
      const isRefused = field.getAttribute("aria-invalid") === "true";
      if (document.activeElement !== field && !isRefused && field.value !== (response ?? "")) {
        field.value = response ?? "";
      }
    },
    mark(state) {
      field.setAttribute("aria-invalid", String(state === "refused"));
    },
  };
}
