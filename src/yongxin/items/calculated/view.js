// Calculated: a number as in `number`, and perhaps a unit to choose.

/** @param {HTMLFieldSetElement} question */
export function mount(question, host) {
  const unit = question.querySelector(".yongxin-unit-choice select");
  if (!unit) {
    return host.module("number").mount(question, host);
  }
  const number = host.module("number").mount(question, { ...host, changed });

  function read() {
    const given = { number: number.read(), unit: unit.value || null };
    const parts = Object.entries(given).filter(([, part]) => part !== null);
    return parts.length ? Object.fromEntries(parts) : null;
  }

  function changed() {
    host.changed(read());
  }

  unit.addEventListener("change", changed);
  return {
    read,
    show(response) {
      number.show(response?.number ?? null);
      if (document.activeElement !== unit) {
        unit.value = response?.unit ?? "";
      }
    },
    mark: number.mark,
  };
}
