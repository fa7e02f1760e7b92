// The transport of our site: elements that the server has rendered, events as small requests.

const REFRESH_EVERY = 60000;
const REFRESH_AT_MOST_EVERY = 5000;

/**
 * What the page tells: see the script element with the id `yongxin-page`.
 * @typedef {object} Page
 * @property {string} base
 * @property {string} learner opaque
 * @property {string} language
 * @property {string} xsrf_cookie
 * @property {string} sign_in the address at which to sign in again and come back here
 * @property {string} [module] of a lesson, or of an exercise, which can be handed in
 * @property {boolean} [unvisited] the page was fetched before anybody wanted to see it
 * @property {Record<string, string>} text
 * @property {string} plotly
 * @property {Record<string, { revision: number, presentation: object }> | null} elements none where
 *   a page has no elements, null if the server could not read how they stand
 * @property {{ message: string }} [failure] why it could not
 */

/** Bring the elements of a page of ours to life; on any other page, do nothing. */
export function start(modules) {
  const data = document.getElementById("yongxin-page");
  if (data) {
    const page = JSON.parse(data.textContent);
    connect({ ...page, elements: page.elements ?? {} }, modules);
    if (page.elements === null) {
      tellFailure(page);
    }
  }
}

/**
 * @param {Page} page
 * @param {Record<string, any>} modules
 */
function connect(page, modules) {
  const { Channel, Failure } = modules.queue;
  const { fill, newId, same } = modules.dom;
  const { keepRefusal, makeNotices, makeSender } = modules.waiting;
  const client = newId();
  const server = modules.server.makeServer(page, Failure);
  /** @type {Map<string, any>} */
  const channels = new Map();
  const tabs = makeTabs(page.learner, channels);
  const shelf = modules.shelf.localShelf(page.learner, () => notices.look());
  const notices = makeNotices({
    shelf,
    page,
    text: (key, values) => fill(page.text[key], values),
    space: modules.runtime.spaceIn(page.language),
    time: (at) => modules.runtime.timeOfDay(new Date(at), page.language),
  });

  async function deliver(name, entry) {
    const result = await server.send(name, entry);
    tabs.post({ name, revision: result.revision });
    return result;
  }

  function channelOf(name, foresee) {
    if (!channels.has(name)) {
      const { revision, presentation } = page.elements[name];
      const { accepted } = modules.news;
      const refused = (entry, failure) => {
        // What was refused here and now stands in its control, with the reason below it.
        if (entry.client !== client || failure.code === "locked") {
          keepRefusal(shelf, entry, failure);
        }
      };
      const options = { client, foresee, newId, same, accepted, refused, shelf };
      const channel = new Channel({
        name,
        revision,
        presentation,
        deliver: (entry) => deliver(name, entry),
        ...options,
      });
      channels.set(name, channel);
      keepCopyUpToDate(channel, page.learner);
    }
    return channels.get(name);
  }

  async function send(name, event) {
    if (event.type === "hand-in") {
      return handIn(name, event);
    }
    if (event.type === "revise") {
      return revise(name);
    }
    try {
      return await channels.get(name).send(event);
    } catch (failure) {
      if (failure.code === "locked") {
        refresh([name]);
      }
      throw failure;
    }
  }

  let handInId = null;

  async function handIn(name, event) {
    for (const channel of channels.values()) {
      await channel.settle();
    }
    if ([...channels.values()].some((channel) => channel.name !== name && channel.isUnsaved)) {
      throw new Failure("refused", { code: "unsaved" });
    }
    // The same id until the server has answered: a hand-in whose answer was lost is not made twice.
    handInId ??= newId();
    const presentation = await server.post("hand-in", {
      module: page.module,
      event_id: handInId,
      language: page.language,
      confirmed: event.confirmed,
    });
    handInId = null;
    const channel = channels.get(name);
    channel.receive(presentation.attempts_used, presentation, { isOwn: true });
    tabs.post({ name: null });
    refresh();
    return { presentation, reply: {}, revision: channel.revision };
  }

  /** The ids of revisions that the server has not answered yet, by element. */
  const revising = new Map();

  async function revise(name) {
    const channel = channels.get(name);
    await channel.settle();
    if (channel.isUnsaved) {
      throw new Failure("refused", { code: "unsaved" });
    }
    if (!revising.has(name)) {
      revising.set(name, newId());
    }
    const { revision, presentation } = await server.post("revision", {
      reflection: name.slice(name.indexOf(":") + 1),
      event_id: revising.get(name),
      language: page.language,
    });
    revising.delete(name);
    channel.receive(revision, presentation, { isOwn: true });
    tabs.post({ name: null });
    return { presentation, reply: {}, revision: channel.revision };
  }

  let refreshed = Date.now();

  /** Ask the server how things stand; other devices may have changed them. */
  async function refresh(names = [...channels.keys()]) {
    refreshed = Date.now();
    if (!names.length) {
      return;
    }
    try {
      const { elements } = await server.state(names);
      for (const [name, { revision, presentation }] of Object.entries(elements)) {
        channels.get(name)?.signedIn();
        channels.get(name)?.receive(revision, presentation);
      }
    } catch (failure) {
      if (failure.kind === "signed-out" || failure.kind === "somebody-else") {
        channels.forEach((channel) => channel.signedOut(failure.kind));
      } else if (!(failure instanceof Failure)) {
        throw failure;
      }
      // Otherwise there is nothing to say: this was our own wish, and the next one will come.
    }
  }

  const sendWaiting = makeSender({
    shelf,
    shown: tabs.shown,
    deliver,
    Failure,
    told(reason) {
      notices.because(reason);
      notices.look();
    },
  });

  function wake() {
    channels.forEach((channel) => channel.flush());
    sendWaiting();
    if (document.visibilityState === "visible" && Date.now() - refreshed > REFRESH_AT_MOST_EVERY) {
      refresh();
    }
  }

  async function plotlyAddress() {
    // Our policy forbids the rules that plotly would write into the page. Its mark that they are
    // not wanted; the few that a still picture needs stand in our style sheet.
    const id = "plotly.js-style-global";
    if (!document.getElementById(id)) {
      const mark = document.createElement("meta");
      mark.id = id;
      mark.className = "no-inline-styles";
      document.head.append(mark);
    }
    return page.plotly;
  }

  function mount(root, isRepeated) {
    if (isRepeated) {
      modules.dom.makeIdsUnique(root);
    }
    const name = root.dataset.yongxinElement;
    modules.runtime.mount(root, channels.get(name), {
      modules,
      language: page.language,
      texts: page.text,
      send: (event) => send(name, event),
      refresh: () => refresh([name]),
      address: (place) => `${page.base}${page.language}/${place}`,
      waiting: (other) => shelf.load(other).map((entry) => entry.event),
      library: () => modules.runtime.loadPlotly(plotlyAddress),
      signIn: page.sign_in,
      keptAtAll: true,
    });
  }

  const mounts = [];
  for (const root of document.querySelectorAll("[data-yongxin-element]")) {
    const name = root.dataset.yongxinElement;
    if (name in page.elements) {
      const isRepeated = channels.has(name);
      channelOf(name, modules[root.dataset.yongxinModule].foresee);
      mounts.push({ root, run: () => mount(root, isRepeated) });
    }
  }
  modules.stage.mountInTurn(mounts);

  tabs.listen(({ name, revision }) => {
    if (name === null) {
      refresh();
      return;
    }
    // What was written may also be shown again, on a page of its own.
    for (const one of new Set([name, name.replace("reflect:", "kept:")])) {
      if (channels.has(one) && revision > channels.get(one).revision) {
        refresh([one]);
      }
    }
  });
  notices.look();
  sendWaiting();
  if (page.unvisited && !isKeptCopy()) {
    // Only a note that the page was opened; the page is worth more.
    server.post("visits", { module: page.module }).catch(() => {});
  }
  if (isKeptCopy()) {
    refresh();
  }
  addEventListener("storage", (event) => {
    if (event.key?.startsWith("yongxin")) {
      notices.look();
      sendWaiting();
    }
  });
  addEventListener("online", wake);
  addEventListener("focus", wake);
  document.addEventListener("visibilitychange", wake);
  setInterval(() => document.visibilityState === "visible" && refresh(), REFRESH_EVERY);
  addEventListener("pagehide", () => {
    for (const channel of channels.values()) {
      if (channel.first) {
        // One each, since more could overtake one another; the others are kept on this device.
        server.leaveBehind(channel.name, channel.first);
      }
    }
  });
  addEventListener("beforeunload", (event) => {
    const atRisk = [...channels.values()].some(
      (channel) => channel.hasUnsent && !channel.keptOnDevice,
    );
    if (atRisk) {
      event.preventDefault();
    }
  });
}

/** Milliseconds in which other tabs can answer. */
const TABS_ANSWER_IN = 300;

/** The other tabs of this browser; `channels` are those of the elements that this one shows. */
function makeTabs(learner, channels) {
  if (typeof BroadcastChannel === "undefined") {
    return { post() {}, listen() {}, shown: async () => new Set(channels.keys()) };
  }
  const channel = new BroadcastChannel(`yongxin:${learner}`);
  const hear = (act) => channel.addEventListener("message", (event) => act(event.data));
  const post = (message) => channel.postMessage(message);
  let answers = new Set();
  hear(({ asks, shows }) => {
    if (asks) {
      post({ shows: [...channels.keys()] });
    }
    shows?.forEach((name) => answers.add(name));
  });
  return {
    post,
    /** Hear of elements that were changed; what tabs ask one another is theirs to answer here. */
    listen: (act) => hear((message) => "name" in message && act(message)),
    /** Ask which elements are open in any tab. */
    async shown() {
      answers = new Set(channels.keys());
      post({ asks: true });
      await new Promise((resolve) => setTimeout(resolve, TABS_ANSWER_IN));
      return answers;
    },
  };
}

/** Whether this page comes from the device because the server did not answer in time. */
function isKeptCopy() {
  return "yongxinKept" in document.documentElement.dataset;
}

/** Let the copy of this page that the device keeps show what was answered since. */
function keepCopyUpToDate(channel, learner) {
  let known = channel.presentation;
  channel.attach({
    update() {
      if (channel.presentation !== known) {
        known = channel.presentation;
        navigator.serviceWorker?.controller?.postMessage({
          type: "shown",
          page: location.href,
          learner,
          name: channel.name,
          revision: channel.revision,
          presentation: known,
        });
      }
    },
    tell() {},
  });
}

/** Say that the answers could not be read, above the page and beside each element. */
function tellFailure({ failure, text }) {
  const notice = () => {
    const reload = document.createElement("button");
    reload.type = "button";
    reload.className = "yongxin-button";
    reload.textContent = text["element.reload"];
    reload.addEventListener("click", () => location.reload());
    return [failure.message, " ", reload];
  };
  const above = document.createElement("div");
  above.className = "yongxin yongxin-failure";
  above.setAttribute("role", "alert");
  above.append(...notice());
  (document.querySelector("main") ?? document.body).prepend(above);
  for (const line of document.querySelectorAll("[data-yongxin-element] .yongxin-status")) {
    line.dataset.state = "unavailable";
    line.replaceChildren(...notice());
  }
}
