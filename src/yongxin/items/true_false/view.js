// True or false: two groups of radio buttons, as sorting has one for each entry.

/** @param {HTMLFieldSetElement} question */
export function mount(question, host) {
  return host.module("sorting").mount(question, host);
}
