// Numeric table: a table whose asked cells are all number fields.

/** @param {HTMLFieldSetElement} question */
export function mount(question, host) {
  return host.module("table").mount(question, host);
}
