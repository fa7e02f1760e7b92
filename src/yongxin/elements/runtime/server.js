// Requests to our site, and what their failures mean.

const PATIENCE = 20000;

/**
 * Talk to the server; everything that can go wrong becomes a `Failure`.
 * @param {import("./http.js").Page} page
 * @param {typeof import("./queue.js").Failure} Failure
 */
export function makeServer(page, Failure) {
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
      await state([body.element ?? Object.keys(page.elements)[0]]);
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

  const eventOf = (name, { event_id, client, revision, event }) => ({
    element: name,
    event_id,
    client,
    revision,
    language: page.language,
    event,
  });

  return {
    post,
    state,
    send: (name, entry) => post("events", eventOf(name, entry)),
    leaveBehind(name, entry) {
      const sent = fetch(address("events"), {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        headers: headers(),
        body: JSON.stringify(eventOf(name, entry)),
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
