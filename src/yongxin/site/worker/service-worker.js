// Keeps what its learner has visited readable without a network.
//
// Before this text stands `SITE`: { base, assets, offline }. A page always comes from the server
// when that answers; only then does a copy step in, and it says that it is one. Copies belong to
// the learner whom the server named last.

const ASSETS = `yongxin ${SITE.base} assets`;
const PAGES = `yongxin ${SITE.base} pages `;

/** Milliseconds to wait for a page of which there is a copy. */
const PATIENCE = 4000;
/** Milliseconds for which a page that was fetched ahead is good. */
const AHEAD_FOR = 30000;
/** What a proxy says whose server is not there. */
const UNREACHABLE = new Set([502, 504]);

const NOTEBOOK = /^[\w-]+\/(lesson|exercise)\/[\w-]+$/;
const PICTURE = /^[\w-]+\/image\//;
const DATA = /(<script [^>]*id="yongxin-page"[^>]*>)(.*?)(<\/script>)/s;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(install());
});

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([tidy(), clients.claim()]));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || !url.pathname.startsWith(SITE.base)) {
    return;
  }
  const path = url.pathname.slice(SITE.base.length);
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(page(event, url, path));
  } else if (request.mode === "navigate" && path === "sign-out") {
    event.waitUntil(inTurn(() => forgetAllBut(null)));
  } else if (request.method === "GET" && path.startsWith("static/yongxin/")) {
    event.respondWith(asset(event));
  } else if (request.method === "GET" && PICTURE.test(path)) {
    event.respondWith(picture(event));
  }
});

addEventListener("message", (event) => {
  const { type, page: address, ...news } = event.data;
  const url = new URL(address, location.origin);
  url.hash = "";
  if (type === "ahead") {
    event.waitUntil(fetchAhead(url));
  } else if (type === "keep") {
    event.waitUntil(keepOpenPage(url));
  } else if (type === "shown") {
    event.waitUntil(inTurn(() => update(url, news)));
  }
});

// -- files ----------------------------------------------------------------------------------------

async function install() {
  const cache = await caches.open(ASSETS);
  const open = await clients.matchAll({ includeUncontrolled: true, type: "window" });
  const read = open.map((one) => languageOf(new URL(one.url).pathname.slice(SITE.base.length)));
  const offline = [...new Set(read)].map((one) => new Request(SITE.offline[one], { cache: "reload" }));
  await cache.addAll(offline);
  const missing = await Promise.all(
    SITE.assets.map(async (one) => ((await cache.match(one)) ? [] : [one])),
  );
  await cache.addAll(missing.flat());
}

/** Keep the page that stands in for others in every language, once the first visit is over. */
async function keepOfflinePages() {
  const cache = await caches.open(ASSETS);
  for (const one of Object.values(SITE.offline)) {
    if (!(await cache.match(one))) {
      await cache.add(one);
    }
  }
}

/** The language of a page, else the browser's, else the first. */
function languageOf(path) {
  const [language] = path.split("/");
  return language in SITE.offline ? language : navigator.language.startsWith("en") ? "en" : "zh-CN";
}

/** Let go of files that no page needs any more: neither today's nor a copy of an earlier one. */
async function tidy() {
  const needed = new Set([...SITE.assets, ...Object.values(SITE.offline)]);
  for (const cache of await pageCaches()) {
    for (const request of await cache.keys()) {
      if (!PICTURE.test(new URL(request.url).pathname.slice(SITE.base.length))) {
        const text = await (await cache.match(request)).text();
        filesIn(text, "static/yongxin/").forEach((one) => needed.add(one));
      }
    }
  }
  const cache = await caches.open(ASSETS);
  for (const request of await cache.keys()) {
    if (!needed.has(new URL(request.url).pathname)) {
      await cache.delete(request);
    }
  }
}

async function asset(event) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(event.request);
  if (kept) {
    return kept;
  }
  const response = await fetch(event.request);
  // A server of another version answers too, and says that nobody is to keep it.
  if (response.ok && response.headers.get("Cache-Control")?.includes("immutable")) {
    event.waitUntil(cache.put(event.request, response.clone()));
  }
  return response;
}

async function picture(event) {
  for (const cache of await pageCaches()) {
    const kept = await cache.match(event.request);
    if (kept) {
      return kept;
    }
  }
  return fetch(event.request);
}

/** Return the addresses in a page's text that begin with `start`, below the site's root. */
function filesIn(text, start) {
  const found = text.matchAll(/["']([^"'\s<>]+)["']/g);
  return [...found].map(([, one]) => one).filter((one) => one.startsWith(SITE.base + start));
}

// -- pages ----------------------------------------------------------------------------------------

/** @type {Map<string, { since: number, answer: Promise<Response> }>} */
const ahead = new Map();

async function page(event, url, path) {
  const { request } = event;
  const early = takeAhead(url);
  const answer = (early ?? fetch(request)).then((response) => {
    event.waitUntil(Promise.all([take(url, response.clone()), keepOfflinePages()]));
    return response;
  });
  try {
    const response = await within(PATIENCE, answer);
    return (UNREACHABLE.has(response.status) && (await copyOf(url, path))) || response;
  } catch {
    // No network, or no patience.
  }
  const copy = await copyOf(url, path);
  if (copy) {
    // The answer may still come; it will be the next copy.
    event.waitUntil(answer.catch(() => {}));
    return copy;
  }
  try {
    return await answer;
  } catch {
    return offlinePage(path);
  }
}

/** Resolve as `promise` does, or reject after so many milliseconds. */
function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    setTimeout(reject, milliseconds);
    promise.then(resolve, reject);
  });
}

/** Look whose page it is, and keep a copy if the server says that this one may be kept. */
async function take(url, response) {
  const learner = response.headers.get("X-Yongxin-Learner");
  if (!learner || !response.ok || response.redirected) {
    return;
  }
  const isKept = response.headers.has("X-Yongxin-Keep");
  // Read before its turn comes: the end of a page may take a while, or fail.
  const text = isKept ? await response.text() : "";
  await inTurn(async () => {
    await forgetAllBut(learner);
    if (isKept) {
      const cache = await caches.open(PAGES + learner);
      await cache.put(url, copyWith(text, response));
    }
  });
  if (isKept) {
    await keepPictures(text, learner);
  }
}

/** Return `text` as a page with the policy of the one that it was. */
function copyWith(text, original, at = new Date().toISOString()) {
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-Yongxin-Kept-At": at };
  const policy = original.headers.get("Content-Security-Policy");
  return new Response(text, {
    headers: policy ? { ...headers, "Content-Security-Policy": policy } : headers,
  });
}

/** Fetch the pictures of a page that is kept, also those that nobody has scrolled to. */
async function keepPictures(text, learner) {
  if (!(await caches.has(PAGES + learner))) {
    return;
  }
  const cache = await caches.open(PAGES + learner);
  for (const one of filesIn(text, "").filter((file) => PICTURE.test(file.slice(SITE.base.length)))) {
    if (!(await cache.match(one))) {
      await cache.add(one);
    }
  }
}

/** Return the copy of a page, marked as one, if there is one. */
async function copyOf(url, path) {
  for (const cache of await pageCaches()) {
    const kept = (await cache.match(url)) ?? (await cache.match(url, { ignoreSearch: true }));
    if (kept) {
      const at = kept.headers.get("X-Yongxin-Kept-At");
      const text = (await kept.text()).replace("<html ", `<html data-yongxin-kept="${at}" `);
      return copyWith(text, kept, at);
    }
    // The site's root only leads on to the start page.
    for (const language of path === "" ? Object.keys(SITE.offline) : []) {
      const start = `${SITE.base}${language}/`;
      if (await cache.match(start)) {
        return Response.redirect(start);
      }
    }
  }
  return undefined;
}

async function offlinePage(path) {
  const kept = await caches.match(SITE.offline[languageOf(path)]);
  const others = await Promise.all(Object.values(SITE.offline).map((one) => caches.match(one)));
  return kept ?? others.find(Boolean) ?? Response.error();
}

/** Fetch a page that somebody is about to open. */
async function fetchAhead(url) {
  const path = url.pathname.slice(SITE.base.length);
  if (url.origin !== location.origin || !NOTEBOOK.test(path) || ahead.has(url.href)) {
    return;
  }
  const answer = fetchUnvisited(url);
  ahead.set(url.href, { since: Date.now(), answer });
  await answer.catch(() => {});
  setTimeout(() => ahead.delete(url.href), AHEAD_FOR);
}

/** The server then does not note a visit; the page does when it is shown. */
async function fetchUnvisited(url) {
  const response = await fetch(url, { headers: { "X-Yongxin-Ahead": "yes", Accept: "text/html" } });
  if (!response.ok || response.redirected || !response.headers.has("X-Yongxin-Keep")) {
    throw new Error(`${url.pathname} cannot be fetched ahead`);
  }
  return response;
}

/** Return the page that was fetched ahead, once; whatever went wrong with it is tried again. */
function takeAhead(url) {
  const one = ahead.get(url.href);
  ahead.delete(url.href);
  if (!one || Date.now() - one.since > AHEAD_FOR) {
    return null;
  }
  return one.answer.catch(() => fetch(url, { headers: { Accept: "text/html" }, redirect: "manual" }));
}

/** Keep a page that was open before this worker was there. */
async function keepOpenPage(url) {
  try {
    await take(url, await fetchUnvisited(url));
  } catch {
    // It may not be kept, or cannot be had just now. It will be when it is opened again.
  }
}

/** Let the copy of a page show what was answered on it since, and other copies what they repeat. */
async function update(url, { learner, name, revision, presentation }) {
  if (!(await caches.has(PAGES + learner))) {
    return;
  }
  const cache = await caches.open(PAGES + learner);
  await put(cache, url, name, { revision, presentation });
  if (name.startsWith("reflect:")) {
    // What was written may be shown again in lessons, by elements of the kind "kept".
    const kept = { revision, presentation: { fields: presentation.fields } };
    for (const { url: other } of await cache.keys()) {
      if (NOTEBOOK.test(new URL(other).pathname.slice(SITE.base.length))) {
        await put(cache, other, name.replace("reflect:", "kept:"), kept);
      }
    }
  }
}

/** Put the latest state of an element into the copy of a page that shows it. */
async function put(cache, url, name, latest) {
  const kept = await cache.match(url);
  const text = await kept?.text();
  const found = text?.includes(`"${name}"`) && text.match(DATA);
  if (!found) {
    return;
  }
  const data = JSON.parse(found[2]);
  const earlier = data.elements?.[name];
  if (earlier && earlier.revision <= latest.revision) {
    data.elements[name] = latest;
    const json = JSON.stringify(data).replaceAll("<", "\\u003c");
    const changed = text.replace(DATA, (_, begin, __, end) => begin + json + end);
    await cache.put(url, copyWith(changed, kept, kept.headers.get("X-Yongxin-Kept-At")));
  }
}

// -- whose ----------------------------------------------------------------------------------------

/** Forget the pages of everybody but one learner; of everybody, if that is null. */
async function forgetAllBut(learner) {
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + learner) {
      await caches.delete(name);
    }
  }
  if (learner === null) {
    ahead.clear();
  }
}

async function pageCaches() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES));
  return Promise.all(names.map((name) => caches.open(name)));
}

let last = Promise.resolve();

/** Run `work` when what was begun before it has ended: copies are changed one after the other. */
function inTurn(work) {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}
