// Short text: one line, sent when it is complete enough to be text rather than half a syllable.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed }) {
  const field = question.querySelector("input");
  const read = () => field.value.trim() || null;

  field.addEventListener("input", (event) => {
    // Pinyin on its way to becoming characters is nobody's answer.
    if (!event.isComposing) {
      changed(read());
    }
  });
  field.addEventListener("compositionend", () => changed(read()));
  field.addEventListener("change", () => changed(read()));

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
