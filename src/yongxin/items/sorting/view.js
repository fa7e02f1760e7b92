// Sorting: a group of radio buttons for each entry.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed }) {
  const places = [...question.querySelectorAll("fieldset[data-yongxin-option]")];

  function read() {
    const chosen = places
      .map((place) => [place.dataset.yongxinOption, place.querySelector("input:checked")?.value])
      .filter(([, option]) => option !== undefined);
    return chosen.length ? Object.fromEntries(chosen.sort()) : null;
  }

  question.addEventListener("change", () => changed(read()));
  return {
    read,
    show(response) {
      for (const place of places) {
        for (const one of place.querySelectorAll("input")) {
          one.checked = one.value === response?.[place.dataset.yongxinOption];
        }
      }
    },
  };
}
