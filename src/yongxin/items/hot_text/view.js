// Hot text: check boxes that stand within a passage, up to a limit if there is one.

/** @param {HTMLFieldSetElement} question */
export function mount(question, { changed, announce, text }) {
  const options = [...question.querySelectorAll("input[type=checkbox]")];
  const limit = Number(question.querySelector(".yongxin-passage").dataset.yongxinLimit ?? Infinity);

  function read() {
    const picked = options.filter((one) => one.checked).map((one) => one.value);
    return picked.length ? picked.sort() : null;
  }

  question.addEventListener("change", (event) => {
    const picked = options.filter((one) => one.checked);
    if (picked.length > limit) {
      // Taken back rather than disabled beforehand: a box that says nothing is a riddle.
      event.target.checked = false;
      announce(text("quiz.hot-text.limit-reached", { limit }));
      return;
    }
    changed(read());
  });

  return {
    read,
    show(response) {
      for (const one of options) {
        one.checked = (response ?? []).includes(one.value);
      }
    },
  };
}
