// The transport of our site: elements that the server has rendered, events as small requests.

const REFRESH_EVERY = 60000;
const REFRESH_AT_MOST_EVERY = 5000;
const PATIENCE = 20000;

/**
 * What the page tells: see the script element with the id `yongxin-page`.
 * @typedef {object} Page
 * @property {string} base
 * @property {string} learner opaque
 * @property {string} language
 * @property {string} xsrf_cookie
 * @property {string} sign_in the address at which to sign in again and come back here
 * @property {string} [module] of an exercise, which can be handed in
 * @property {Record<string, string>} text
 * @property {string} plotly
 * @property {Record<string, { revision: number, presentation: object }>} elements
 */

/** Bring the elements of a page of ours to life; on any other page, do nothing. */
export function start(modules) {
  const data = document.getElementById("yongxin-page");
  if (data) {
    connect(JSON.parse(data.textContent), modules);
  }
}

/**
 * @param {Page} page
 * @param {Record<string, any>} modules
 */
function connect(page, modules) {
  const { Channel, Failure } = modules.queue;
  const { newId, same } = modules.dom;
  const client = newId();
  const shelf = modules.shelf.localShelf(page.learner);
  const server = makeServer(page, Failure);
  const tabs = makeTabs(page.learner);
  /** @type {Map<string, any>} */
  const channels = new Map();

  function channelOf(name, foresee) {
    if (!channels.has(name)) {
      const { revision, presentation } = page.elements[name];
      const deliver = async (entry) => {
        const result = await server.post("events", {
          element: name,
          event_id: entry.event_id,
          client: entry.client,
          revision: entry.revision,
          language: page.language,
          event: entry.event,
        });
        tabs.post({ name, revision: result.revision });
        return result;
      };
      const { accepted } = modules.news;
      const options = { client, foresee, deliver, newId, same, accepted, shelf };
      channels.set(name, new Channel({ name, revision, presentation, ...options }));
    }
    return channels.get(name);
  }

  async function send(name, event) {
    if (event.type === "hand-in") {
      return handIn(name, event);
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

  function wake() {
    channels.forEach((channel) => channel.flush());
    if (document.visibilityState === "visible" && Date.now() - refreshed > REFRESH_AT_MOST_EVERY) {
      refresh();
    }
  }

  async function plotlyAddress() {
    // Our policy forbids the rules that plotly would write into the page. Its mark that they are
    // not wanted; the few that a still picture needs stand in our style sheet.
    const mark = document.createElement("meta");
    mark.id = "plotly.js-style-global";
    mark.className = "no-inline-styles";
    document.head.append(mark);
    return page.plotly;
  }

  for (const root of document.querySelectorAll("[data-yongxin-element]")) {
    const name = root.dataset.yongxinElement;
    if (!(name in page.elements)) {
      continue;
    }
    if (channels.has(name)) {
      modules.dom.makeIdsUnique(root);
    }
    const channel = channelOf(name, modules[root.dataset.yongxinModule].foresee);
    modules.runtime.mount(root, channel, {
      modules,
      language: page.language,
      texts: page.text,
      send: (event) => send(name, event),
      refresh: () => refresh([name]),
      library: () => modules.runtime.loadPlotly(plotlyAddress),
      signIn: page.sign_in,
      keptAtAll: true,
    });
  }

  tabs.listen(({ name, revision }) => {
    if (name === null) {
      refresh();
    } else if (channels.has(name) && revision > channels.get(name).revision) {
      refresh([name]);
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

/** Talk to the server; everything that can go wrong becomes a `Failure`. */
function makeServer(page, Failure) {
  const address = (path) => `${page.base}api/yongxin/${path}`;

  function token() {
    const wanted = `${page.xsrf_cookie}=`;
    const cookie = document.cookie.split("; ").find((one) => one.startsWith(wanted));
    return cookie ? decodeURIComponent(cookie.slice(wanted.length)) : "";
  }

  function headers() {
    // The server compares the name: a page must not save for somebody who signed in after it.
    return {
      "Content-Type": "application/json",
      "X-XSRFToken": token(),
      "X-Yongxin-Learner": page.learner,
    };
  }

  async function request(url, options) {
    let response;
    let body;
    try {
      const signal = AbortSignal.timeout?.(PATIENCE);
      response = await fetch(url, {
        credentials: "same-origin",
        cache: "no-store",
        signal,
        ...options,
      });
      body = await response.json();
    } catch {
      // No network, no answer in time, or an answer that is not ours, as from a hotel's sign-in.
      if (response && !response.ok) {
        throw failureOf(response, null, Failure);
      }
      throw new Failure("offline");
    }
    if (!response.ok) {
      throw failureOf(response, body?.error, Failure);
    }
    return body;
  }

  async function post(path, body) {
    const attempt = () =>
      request(address(path), { method: "POST", headers: headers(), body: JSON.stringify(body) });
    try {
      return await attempt();
    } catch (failure) {
      if (failure.code !== "xsrf") {
        throw failure;
      }
      // The cookie with the token was lost; asking how things stand brings a new one.
      await state(Object.keys(page.elements).slice(0, 1));
      return attempt();
    }
  }

  function state(names) {
    const query = new URLSearchParams(names.map((name) => ["name", name]));
    query.set("language", page.language);
    if (page.module) {
      query.set("module", page.module);
    }
    return request(`${address("state")}?${query}`, { headers: headers() });
  }

  return {
    post,
    state,
    leaveBehind(name, entry) {
      const body = JSON.stringify({
        element: name,
        event_id: entry.event_id,
        client: entry.client,
        revision: entry.revision,
        language: page.language,
        event: entry.event,
      });
      const sent = fetch(address("events"), {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        headers: headers(),
        body,
      });
      // Nobody is left to be told; the entry is still kept on this device.
      sent.catch(() => {});
    },
  };
}

/** The statuses whose answer is final. */
const REFUSED = new Set([400, 409, 413, 422]);

function failureOf(response, error, Failure) {
  const detail = {
    code: error?.code,
    message: error?.message,
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
  };
  if (REFUSED.has(response.status)) {
    return new Failure("refused", detail);
  }
  if (response.status === 401) {
    return new Failure(error?.code === "somebody-else" ? "somebody-else" : "signed-out", detail);
  }
  if (response.status === 507 || error?.code === "store-full") {
    return new Failure("full", detail);
  }
  if (response.status === 429 || error?.code === "store-busy") {
    return new Failure("busy", detail);
  }
  return new Failure("unavailable", detail);
}

/** The other tabs of this browser. */
function makeTabs(learner) {
  if (typeof BroadcastChannel === "undefined") {
    return { post() {}, listen() {} };
  }
  const channel = new BroadcastChannel(`yongxin:${learner}`);
  return {
    post: (message) => channel.postMessage(message),
    listen: (hear) => channel.addEventListener("message", (event) => hear(event.data)),
  };
}
