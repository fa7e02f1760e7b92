// Brings one element to life: its view, its status line, its voice.

/**
 * What a view may ask of its surroundings. It cannot tell whether these are a kernel or our site.
 * @typedef {object} Host
 * @property {string} language
 * @property {(key: string, values?: object) => string} text
 * @property {string} space what stands between two sentences in this language
 * @property {(at: Date | string) => string} time a time of day, or a date and time if not today's
 * @property {(day: string) => string} day a day, written as 2026-12-01, as people say it
 * @property {(place: string) => string | null} address of a page of the site, below its language;
 *   null where there is no site
 * @property {(name: string) => object[]} waiting the events that wait here for another element
 * @property {(event: object) => Promise<{ presentation: object, reply: object, revision: number }>} send
 * @property {() => Promise<void>} refresh ask how things stand
 * @property {(message: string) => void} announce
 * @property {(message: string | null) => void} complain
 * @property {(name: string) => object} module another module, by its name
 * @property {(name: string) => Promise<any>} library
 */

/**
 * Mount the view of `root` on its channel. Returns a function that ends it.
 * @param {HTMLElement} root
 * @param {import("./queue.js").Channel} channel
 * @param {object} surroundings what the transport provides
 * @param {Record<string, any>} surroundings.modules
 * @param {string} surroundings.language
 * @param {Record<string, string>} surroundings.texts
 * @param {(event: object) => Promise<object>} surroundings.send
 * @param {() => Promise<void>} surroundings.refresh
 * @param {(place: string) => string | null} surroundings.address
 * @param {(name: string) => object[]} surroundings.waiting
 * @param {(name: string) => Promise<any>} surroundings.library
 * @param {string | null} surroundings.signIn an address at which to sign in again
 * @param {boolean} surroundings.keptAtAll whether accepted answers outlive the page
 */
export function mount(root, channel, surroundings) {
  const { modules, language, texts } = surroundings;
  const { fill, makeAnnouncer } = modules.dom;
  const { isNews, show, words } = modules.status;
  const announce = makeAnnouncer(root.querySelector(".yongxin-announcer"));
  const line = root.querySelector(".yongxin-status");
  const rethrow = (failure) => {
    // Views let failures pass, since the status line tells them; our own mistakes must be heard.
    if (!(failure instanceof modules.queue.Failure)) {
      reportError(failure);
    }
    throw failure;
  };
  const module = modules[root.dataset.yongxinModule];

  /** @type {Host} */
  const host = {
    language,
    text: (key, values) => fill(textOf(texts, key), values),
    space: spaceIn(language),
    time: (at) => timeOfDay(new Date(at), language),
    day: (day) => inFull(day, language),
    address: surroundings.address,
    waiting: surroundings.waiting,
    send: (event) => surroundings.send(event).catch(rethrow),
    refresh: surroundings.refresh,
    announce,
    complain: (message) => channel.complain(message),
    module: (name) => modules[name],
    library: surroundings.library,
  };

  const view = module.mount(root, host);
  let spoken = "";
  let standing = null;
  let condition = channel.condition;

  function tell() {
    if (!line) {
      return;
    }
    const kept = { onDevice: channel.keptOnDevice, atAll: surroundings.keptAtAll };
    const sentence = words(condition, standing, host, kept);
    line.dataset.standing = standing ?? "";
    show(line, condition, sentence, surroundings.signIn, host);
    if (isNews(condition)) {
      if (sentence !== spoken) {
        announce(sentence);
      }
      spoken = sentence;
    } else if (condition.state === "saved" && spoken !== "saved") {
      // Said once, and again after something went wrong; not at every stroke of a key.
      if (channel.revision > 0 && root.contains(document.activeElement)) {
        announce(sentence);
      }
      spoken = "saved";
    }
  }

  const detach = channel.attach({
    update(presentation) {
      view.update(presentation);
      standing = module.standing(presentation);
      tell();
    },
    tell(latest) {
      condition = latest;
      tell();
    },
  });
  // Whoever leaves an element has finished with it: nothing need wait for a burst to end.
  const leave = () => channel.flush();
  root.addEventListener("focusout", leave);
  root.dataset.yongxinMounted = "";
  return () => {
    root.removeEventListener("focusout", leave);
    detach();
    view.end?.();
  };
}

function textOf(texts, key) {
  if (!(key in texts)) {
    throw new Error(`no interface text ${key}`);
  }
  return texts[key];
}

/** Return what stands between two sentences. */
export function spaceIn(language) {
  return language === "zh-CN" ? "" : " ";
}

/** Return a moment as people say it: with the day, if that is not today. */
export function timeOfDay(at, language) {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const isToday = at.toDateString() === new Date().toDateString();
  return at.toLocaleString(language, isToday ? clock : { ...clock, month: "long", day: "numeric" });
}

/** Return a day, written as 2026-12-01, as people say it. */
export function inFull(day, language) {
  // Where the day begins and ends makes no difference: it is a day of the calendar.
  const options = { dateStyle: "long", timeZone: "UTC" };
  return new Date(day).toLocaleDateString(language === "en" ? "en-GB" : language, options);
}

const PLOTLY = Symbol.for("yongxin.plotly");

/**
 * Run plotly's script once a page, whoever asks for it.
 * @param {() => Promise<string>} address where the script can be loaded from
 */
export function loadPlotly(address) {
  window[PLOTLY] ??= runPlotly(address).catch((error) => {
    delete window[PLOTLY];
    throw error;
  });
  return window[PLOTLY];
}

async function runPlotly(address) {
  const script = document.createElement("script");
  script.src = await address();
  // The script names itself on the window, where in JupyterLab another version may stand already.
  const other = window.Plotly;
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`could not load ${script.src}`));
    document.head.append(script);
  });
  const ours = window.Plotly;
  if (other) {
    window.Plotly = other;
  }
  return ours;
}
