// Cloze: a select for each gap of a text, as matching has one for each entry.

/** @param {HTMLFieldSetElement} question */
export function mount(question, host) {
  return host.module("matching").mount(question, host);
}
