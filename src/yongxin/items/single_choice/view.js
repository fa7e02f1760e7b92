// Single choice: radio buttons.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed }) {
  const options = [...question.querySelectorAll("input[type=radio]")];
  const read = () => options.find((one) => one.checked)?.value ?? null;
  question.addEventListener("change", () => changed(read()));
  return {
    read,
    show(response) {
      for (const one of options) {
        one.checked = one.value === response;
      }
    },
  };
}
