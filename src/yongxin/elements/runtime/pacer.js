// Pacers: a cue, a count and a ring that keep time while somebody breathes along.

/** How often the clock is looked at, in milliseconds. */
const TICK = 100;

/**
 * Prepare a place for a pace. Nothing runs before the learner starts it, and one button starts and
 * stops it, as Escape stops it too. Whoever listens hears each cue once; whoever prefers less
 * motion gets the same cues and counts beside a ring that stays as it is.
 * @param {HTMLElement} place
 * @param {{ announce(message: string): void, text(key: string): string }} host
 */
export function prepare(place, host) {
  const disc = place.querySelector(".yongxin-pace-disc");
  const cue = place.querySelector(".yongxin-pace-cue");
  const count = place.querySelector(".yongxin-pace-count");
  const turn = place.querySelector(".yongxin-pace-turn");
  const button = place.querySelector("button");
  let pace = null;
  let begun = 0;
  let timer = 0;
  let current = null;

  button.addEventListener("click", () => {
    if (timer) {
      halt(host.text("simulator.pace.stopped"));
    } else {
      start();
    }
  });
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && timer) {
      halt(host.text("simulator.pace.stopped"));
    }
  });

  function start() {
    begun = performance.now();
    button.textContent = host.text("simulator.pace.stop");
    timer = setInterval(tick, TICK);
    tick();
  }

  function tick() {
    // By the clock, not by counting ticks: a page in the background gets fewer of them.
    const elapsed = (performance.now() - begun) / 1000;
    const beat = pace.beats.find((one) => elapsed < one.ends);
    if (!beat) {
      halt(pace.done);
      return;
    }
    if (beat !== current) {
      current = beat;
      cue.textContent = beat.cue;
      turn.textContent = beat.turn;
      disc.style.transitionDuration = `${beat.ends - elapsed}s`;
      place.dataset.breath = beat.opens ? "in" : "out";
      host.announce(beat.said);
    }
    count.textContent = String(Math.ceil(beat.ends - elapsed));
  }

  function halt(words) {
    rest();
    turn.textContent = words;
    host.announce(words);
  }

  function rest() {
    clearInterval(timer);
    timer = 0;
    current = null;
    disc.style.transitionDuration = "0s";
    delete place.dataset.breath;
    cue.textContent = "";
    count.textContent = "";
    button.textContent = host.text("simulator.pace.start");
  }

  return {
    /** Keep `latest` from now on; what runs is stopped if it is another. */
    show(latest) {
      button.disabled = false;
      if (JSON.stringify(latest) === JSON.stringify(pace)) {
        return;
      }
      pace = latest;
      place.dataset.moves = String(pace.moves);
      if (timer) {
        halt(host.text("simulator.pace.stopped"));
      }
    },
    end() {
      clearInterval(timer);
    },
  };
}
