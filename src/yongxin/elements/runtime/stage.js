// When the elements of a page come to life: after its text, and what is in sight first.

/**
 * Run `start` when the page can be read; at once where no frame will come, since nobody looks.
 * @param {() => void} start
 */
export function afterFirstFrame(start) {
  if (document.visibilityState === "hidden") {
    start();
  } else {
    requestAnimationFrame(() => setTimeout(start, 0));
  }
}

/** Milliseconds of work after which the page gets its turn: to scroll, to answer a key. */
const SLICE = 12;

/**
 * Run `mounts`, which stand in the order of the page.
 * @param {{ root: HTMLElement, run: () => void }[]} mounts
 */
export function mountInTurn(mounts) {
  // All places are asked for before anything is changed, so that the page is laid out only once.
  const height = innerHeight;
  const isInSight = ({ root }) => {
    const { top, bottom } = root.getBoundingClientRect();
    return bottom > 0 && top < height;
  };
  const inSight = mounts.length > 1 ? mounts.filter(isInSight) : mounts;
  const waiting = mounts.filter((one) => !inSight.includes(one));
  inSight.forEach((one) => one.run());

  const hurry = () => {
    while (waiting.length) {
      waiting.shift().run();
    }
    removeEventListener("keydown", hurry, true);
  };
  const goOn = () => {
    const begun = performance.now();
    while (waiting.length && performance.now() - begun < SLICE) {
      waiting.shift().run();
    }
    if (waiting.length) {
      setTimeout(goOn);
    } else {
      hurry();
    }
  };
  // Whoever uses the keyboard must never step over a control that is still asleep.
  addEventListener("keydown", hurry, true);
  goOn();
}
