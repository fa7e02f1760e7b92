// Multiple choice: check boxes.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed }) {
  const options = [...question.querySelectorAll("input[type=checkbox]")];

  function read() {
    const chosen = options.filter((one) => one.checked).map((one) => one.value);
    return chosen.length ? chosen.sort() : null;
  }

  question.addEventListener("change", () => changed(read()));
  return {
    read,
    show(response) {
      for (const one of options) {
        one.checked = (response ?? []).includes(one.value);
      }
    },
  };
}
