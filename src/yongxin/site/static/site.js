// The frame of the pages: contents, account, language, connection. Everything works without it
// except opening the contents on a narrow screen, which the start page makes up for.

/** The button that opens the contents on a narrow screen. */
function contents() {
  const button = document.querySelector(".menu-button");
  const menu = document.getElementById("menu");
  if (!button || !menu) {
    return;
  }
  const show = (open) => button.setAttribute("aria-expanded", String(open));
  // On a wide screen the contents scroll by themselves: begin where the reader is.
  const current = menu.querySelector("[aria-current]");
  if (current && menu.parentElement.scrollHeight > menu.parentElement.clientHeight) {
    menu.parentElement.scrollTop = current.offsetTop - menu.parentElement.clientHeight / 3;
  }
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  menu.addEventListener("click", (event) => {
    // A link to a section stays on this page, so the contents have to make room for it.
    if (event.target.closest("a")) {
      show(false);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      show(false);
      button.focus();
    }
  });
}

/** The account box closes when somebody turns to something else. */
function account() {
  const box = document.querySelector(".account");
  if (!box) {
    return;
  }
  document.addEventListener("click", (event) => {
    if (box.open && !box.contains(event.target)) {
      box.open = false;
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.open) {
      box.open = false;
      box.querySelector("summary").focus();
    }
  });
}

/** The states of an element with nothing left to send; see elements/runtime/status.js. */
const SENT = ["saved", "elsewhere", "replaced", "refused"];

/** Ask before leaving answers behind that have not been sent. */
function signingOut() {
  const form = document.querySelector("[data-yongxin-sign-out]");
  form?.addEventListener("submit", (event) => {
    const states = [...document.querySelectorAll(".yongxin-status")].map((one) => one.dataset.state);
    const isUnsent = states.some((one) => one && !SENT.includes(one)) || keepsAnswers();
    if (isUnsent && !confirm(form.dataset.yongxinSignOut)) {
      event.preventDefault();
    }
  });
}

/** Send something small; nobody waits for an answer, not even this page. */
function leaveBehind(address, body) {
  const token = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
  return fetch(address, {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-XSRFToken": decodeURIComponent(token) },
    body: JSON.stringify(body),
  });
}

/** Remember the language that somebody switches to; the link itself leads to the page. */
function language() {
  for (const link of document.querySelectorAll("[data-yongxin-language]")) {
    link.addEventListener("click", () => {
      const { yongxinAddress: address, yongxinLanguage: language } = link.dataset;
      leaveBehind(address, { language }).catch(() => {
        // Only the preference is lost; the page opens in the language all the same.
      });
    });
  }
}

/** Milliseconds with a section after which it is read and not only passed. */
const STAYS = 5000;

/**
 * Tell how far a lesson is read: sections that this device has not told of.
 * The server only counts; what was told is remembered here and nowhere else.
 * @param {string[]} ids of the sections, in order
 * @returns {(id: string) => void} to be called with the section that is being looked at
 */
function reading(ids) {
  const lesson = document.querySelector("[data-yongxin-reading]");
  const data = document.getElementById("yongxin-page");
  if (!lesson || !data) {
    return () => {};
  }
  const { yongxinReading: address, yongxinModule: module } = lesson.dataset;
  const key = `read ${JSON.parse(data.textContent).learner} ${module}`;
  let timer = 0;

  async function tell(furthest) {
    let before;
    try {
      before = localStorage.getItem(key) ?? "";
      const told = ids.indexOf(before);
      if (furthest <= told || !navigator.onLine) {
        return; // what is not told now is told together with what is read next
      }
      // Remembered first: a page that is left meanwhile must not tell of it again.
      localStorage.setItem(key, ids[furthest]);
      const answer = await leaveBehind(address, {
        module,
        sections: ids.slice(told + 1, furthest + 1),
      });
      if (answer.ok) {
        return;
      }
    } catch {
      // A network that has gone, or a storage that is closed or full.
    }
    try {
      if (localStorage.getItem(key) === ids[furthest]) {
        localStorage.setItem(key, before);
      }
    } catch {
      // Who cannot remember what was told says nothing.
    }
  }

  return (id) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.visibilityState === "visible") {
        tell(Math.max(ids.indexOf(id), 0));
      }
    }, STAYS);
  };
}

/** Mark the section that is being read, and let the other language open at the same one. */
function place() {
  const links = new Map();
  for (const link of document.querySelectorAll(".outline a")) {
    links.set(decodeURIComponent(link.hash.slice(1)), link);
  }
  const sections = [...document.querySelectorAll(".notebook > [id]")];
  if (!sections.length || typeof IntersectionObserver === "undefined") {
    return;
  }
  const ids = [...links.keys()];
  const read = reading(ids);
  let current = "";
  let looked = null;

  function update() {
    const line = innerHeight / 3;
    const above = sections.filter((one) => one.getBoundingClientRect().top <= line);
    const here = above.findLast((one) => links.has(one.id))?.id ?? "";
    const exact = above.at(-1)?.id ?? "";
    for (const link of document.querySelectorAll("[data-yongxin-language]")) {
      link.hash = exact;
    }
    if (here !== current) {
      links.get(current)?.removeAttribute("aria-current");
      links.get(here)?.setAttribute("aria-current", "location");
      current = here;
    }
    // The last section may be too short to come up to the line.
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - line;
    const at = atEnd ? ids.at(-1) : here;
    if (at !== looked) {
      looked = at;
      read(at);
    }
  }

  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          update();
        });
      }
    },
    { passive: true },
  );
  update();
}

const banner = document.querySelector(".banner");

/** Tell when the connection goes, when it comes back, and that a page is an older copy. */
function connection() {
  const told = { offline: "", copy: "" };
  const { yongxinKept: kept } = document.documentElement.dataset;
  if (kept) {
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const options = { day: "numeric", month: "long", ...clock };
    const time = new Date(kept).toLocaleString(document.documentElement.lang, options);
    told.copy = banner.dataset.yongxinCopy.replace("{time}", time);
  }
  const tell = () => {
    banner.textContent = told.offline || told.copy;
  };
  addEventListener("offline", () => {
    told.offline = banner.dataset.yongxinOffline;
    tell();
  });
  addEventListener("online", () => {
    if (told.offline) {
      told.offline = banner.dataset.yongxinOnline;
      tell();
      setTimeout(() => {
        told.offline = "";
        tell();
      }, 5000);
    }
  });
  if (!navigator.onLine) {
    told.offline = banner.dataset.yongxinOffline;
  }
  tell();
}

/**
 * Whether this device keeps something unsent or refused, see elements/runtime/shelf.js: of the
 * learner whose page this is, or of anybody where nobody is signed in.
 */
function keepsAnswers() {
  let keys;
  try {
    keys = Object.keys(localStorage).filter((key) => /^yongxin(-refused)?:/.test(key));
  } catch {
    // SecurityError: a person or a policy has closed the storage, so nothing is in it.
    return false;
  }
  if (!keys.length) {
    return false;
  }
  const data = document.getElementById("yongxin-page");
  const learner = data && JSON.parse(data.textContent).learner;
  return keys.some((key) => !learner || key.split(":")[1] === learner);
}

/**
 * Answers that were given on another page are sent from this one: by the elements' script, which a
 * page without elements loads for nothing else.
 */
function waiting() {
  const data = document.getElementById("yongxin-page");
  const hasRuntime = document.querySelector(`script[src="${banner.dataset.yongxinRuntime}"]`);
  if (hasRuntime) {
    return;
  }
  const look = () => {
    if (!keepsAnswers()) {
      return;
    }
    if (data) {
      removeEventListener("storage", look);
      import(banner.dataset.yongxinRuntime);
    } else {
      // Nobody is signed in here, so it is not known whose they are.
      const line = document.createElement("p");
      line.className = "yongxin-waiting";
      line.textContent = banner.dataset.yongxinWaiting;
      document.querySelector("main").prepend(line);
    }
  };
  if (data) {
    addEventListener("storage", look);
  }
  look();
}

/** Let the service worker keep what is visited; it is looked after when the page is ready. */
function worker() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) {
    return; // an old browser, or a site without TLS
  }
  const register = async () => {
    const hadOne = serviceWorker.controller !== null;
    await serviceWorker.register(banner.dataset.yongxinWorker);
    if (!hadOne && document.getElementById("yongxin-page")) {
      const { active } = await serviceWorker.ready;
      active.postMessage({ type: "keep", page: location.href });
    }
  };
  const later = () => setTimeout(() => register().catch(() => {}), 1000);
  // A device that cannot have one, or has no space, is no worse off than without.
  if (document.readyState === "complete") {
    later();
  } else {
    addEventListener("load", later);
  }
}

/** Milliseconds for which a pointer rests on a link before it is taken for a wish. */
const RESTS = 65;
/** No page fetches more than so many others ahead. */
const MOST_AHEAD = 8;

/** Fetch a lesson or exercise when somebody is about to open it, so that it is there at once. */
function ahead() {
  const { saveData = false, effectiveType = "4g" } = navigator.connection ?? {};
  if (saveData || effectiveType.endsWith("2g")) {
    return;
  }
  const asked = new Set();
  let timer = 0;

  function linkOf(event) {
    const link = event.target.closest?.("a[href]");
    const isNotebook = link && /\/(lesson|exercise)\/[\w-]+$/.test(link.pathname);
    const isOther = isNotebook && link.pathname !== location.pathname;
    return isOther && link.origin === location.origin ? link : null;
  }

  function fetchAhead(link) {
    if (asked.size < MOST_AHEAD && !asked.has(link.pathname)) {
      asked.add(link.pathname);
      const page = link.href.split("#")[0];
      navigator.serviceWorker?.controller?.postMessage({ type: "ahead", page });
      // By then the worker has forgotten it.
      setTimeout(() => asked.delete(link.pathname), 30000);
    }
  }

  const soon = (event) => {
    clearTimeout(timer);
    const link = linkOf(event);
    if (link) {
      timer = setTimeout(() => fetchAhead(link), RESTS);
    }
  };
  const now = (event) => {
    const link = linkOf(event);
    if (link) {
      fetchAhead(link);
    }
  };
  document.addEventListener("pointerover", soon, { passive: true });
  document.addEventListener("focusin", soon);
  document.addEventListener("touchstart", now, { passive: true });
  document.addEventListener("mousedown", now);
}

/** On the page for what is not on this device: list what is. */
async function copies() {
  const list = document.querySelector("[data-yongxin-copies]");
  if (!list || !("caches" in window)) {
    return;
  }
  const prefix = `yongxin ${new URL(".", new URL(banner.dataset.yongxinWorker, location)).pathname} pages `;
  for (const name of (await caches.keys()).filter((one) => one.startsWith(prefix))) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const copy = await cache.match(url);
      if (copy.headers.get("Content-Type").startsWith("text/html")) {
        const page = new DOMParser().parseFromString(await copy.text(), "text/html");
        const link = document.createElement("a");
        link.href = url;
        link.lang = page.documentElement.lang;
        link.textContent = page.title;
        const line = document.createElement("li");
        line.append(link);
        list.append(line);
      }
    }
  }
  list.closest(".copies").hidden = !list.children.length;
}

/** Let somebody who types a password on a phone see it. */
function passwords() {
  for (const box of document.querySelectorAll("[data-yongxin-shows]")) {
    const field = document.getElementById(box.dataset.yongxinShows);
    box.addEventListener("change", () => {
      field.type = box.checked ? "text" : "password";
    });
  }
}

/** On the way back to the plan, show what was written meanwhile. */
function plan() {
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.body.classList.contains("plan")) {
      location.reload();
    }
  });
}

function start() {
  contents();
  account();
  signingOut();
  language();
  place();
  connection();
  waiting();
  worker();
  ahead();
  copies();
  passwords();
  plan();
}

// The page is for reading first; where nobody looks, no frame comes that could be waited for.
if (document.visibilityState === "hidden") {
  start();
} else {
  requestAnimationFrame(() => setTimeout(start, 0));
}
