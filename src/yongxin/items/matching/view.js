// Matching: a select for each entry.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed }) {
  const selects = [...question.querySelectorAll("select[data-yongxin-place]")];

  function read() {
    const chosen = selects
      .filter((one) => one.value !== "")
      .map((one) => [one.dataset.yongxinPlace, one.value]);
    return chosen.length ? Object.fromEntries(chosen.sort()) : null;
  }

  question.addEventListener("change", () => changed(read()));
  return {
    read,
    show(response) {
      for (const one of selects) {
        one.value = response?.[one.dataset.yongxinPlace] ?? "";
      }
    },
  };
}
