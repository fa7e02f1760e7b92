// What elements of one document tell one another, whichever script each of them came with.

const ACCEPTED = "yongxin:accepted";
const HANDED_IN = "yongxin:handed-in";

/** Milliseconds in which several pieces of news are one. */
const PAUSE = 500;

/** An answer was accepted: what counts answers has to count again. */
export function accepted() {
  document.dispatchEvent(new CustomEvent(ACCEPTED));
}

/** An exercise was handed in: its elements may be locked now. */
export function handedIn() {
  document.dispatchEvent(new CustomEvent(HANDED_IN));
}

/** Call `hear` after a burst of accepted answers. Returns a function that ends it. */
export function onAccepted(hear) {
  return listen(ACCEPTED, hear);
}

/** Call `hear` after a hand-in. Returns a function that ends it. */
export function onHandedIn(hear) {
  return listen(HANDED_IN, hear);
}

function listen(news, hear) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(hear, PAUSE);
  };
  document.addEventListener(news, later);
  return () => {
    clearTimeout(timer);
    document.removeEventListener(news, later);
  };
}
