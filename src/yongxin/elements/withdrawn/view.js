// A withdrawn question: all that there is to say stands in its HTML.

export function mount() {
  return { update() {} };
}

/** It takes no events. */
export function foresee(presentation) {
  return presentation;
}

/** There is nothing here to be saved. */
export function standing() {
  return null;
}
