// A page with code of its own: ask for what it shows, wait in line for it, start Voila's front end,
// end the kernel when the page is left, and tell when it has ended by itself.

const { base, course, asked, text } = JSON.parse(document.getElementById("yongxin-live").textContent);
const notice = document.querySelector("[data-yongxin-live]");
const address = `${base}api/yongxin/run`;
const MILLISECONDS_BETWEEN_LOOKS = 60000;

let kernel = null;
let waiting = false;

const token = () => decodeURIComponent(document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "");
const headers = () => ({ "Content-Type": "application/json", "X-XSRFToken": token() });

function made(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** Say something above the text, with ways to go on. */
function tell(words, ...ways) {
  const box = made("div", { className: "notice" });
  box.append(made("p", { textContent: words }), ...ways);
  notice.replaceChildren(box);
}

const link = (textContent, href) => made("a", { className: "button", textContent, href });

function tryAgain() {
  const button = made("button", { className: "button", type: "button", textContent: text.again });
  button.addEventListener("click", again);
  return button;
}

/** Say in the place of each part that is not there yet why it is not. */
function explain(words, isBusy) {
  for (const place of document.querySelectorAll(".output-pending")) {
    place.setAttribute("aria-busy", String(isBusy));
    place.querySelector("p").textContent = words;
  }
}

async function run() {
  explain(waiting ? text.waits : text.pending, true);
  let reply;
  let told;
  try {
    reply = await fetch(address, { method: "POST", headers: headers(), body: JSON.stringify(asked) });
    told = await reply.json();
  } catch {
    tell(text.offline, tryAgain());
    explain(text["not-ready"], false);
    addEventListener("online", again, { once: true });
    return;
  }
  waiting = reply.status === 202;
  if (waiting) {
    stand(told);
  } else if (reply.ok) {
    show(told);
  } else {
    tell(told.error.message, tryAgain());
    explain(text["not-ready"], false);
  }
}

function again() {
  removeEventListener("online", again);
  notice.replaceChildren();
  run();
}

/** Show the place in line, and ask again in a while. */
function stand({ place, again: seconds }) {
  const words = text.waiting.replace("{place}", place);
  // A screen reader says what changes, so nothing is changed that stays the same.
  if (notice.querySelector("p")?.textContent !== words) {
    tell(words, link(text.course, course));
  }
  explain(text.waits, true);
  setTimeout(run, seconds * 1000);
}

/** Call what waits for the page to have loaded, as Voila's front end does, although it has long. */
function loadLate() {
  const listen = window.addEventListener;
  window.addEventListener = function (type, listener, ...options) {
    if (type === "load" && document.readyState === "complete") {
      listener.call(window, new Event("load"));
    } else {
      listen.call(this, type, listener, ...options);
    }
  };
}

/** Put in what the cells show, and let Voila's front end bring it to life. */
function show({ html, config, styles, scripts }) {
  kernel = config.kernelId;
  const cells = made("template", { innerHTML: html }).content;
  for (const place of document.querySelectorAll(".output-pending")) {
    place.replaceWith(cells.getElementById(place.id) ?? "");
  }
  notice.replaceChildren(made("p", { className: "visually-hidden", textContent: text.ready }));
  document.body.append(
    made("script", {
      type: "application/json",
      id: "jupyter-config-data",
      textContent: JSON.stringify(config),
    }),
  );
  // At the head's beginning, so that the site's own styles have the last word.
  document.head.prepend(...styles.map((href) => made("link", { rel: "stylesheet", href })));
  loadLate();
  document.body.append(...scripts.map((src) => made("script", { src, async: false })));
  setInterval(look, MILLISECONDS_BETWEEN_LOOKS);
}

/** Find out whether the kernel is still there. */
async function look() {
  if (!kernel || document.visibilityState !== "visible") {
    return;
  }
  try {
    const reply = await fetch(`${base}api/kernels/${kernel}`, { cache: "no-store" });
    if (reply.status === 404 || reply.status === 401) {
      kernel = null;
      tell(text.lost, link(text.reload, location.href.split("#")[0]));
    }
  } catch {
    // Not connected: nothing can be told about the kernel now.
  }
}

addEventListener("pagehide", (event) => {
  if (event.persisted) {
    return;
  }
  if (kernel) {
    const form = new FormData();
    form.append("_xsrf", token());
    navigator.sendBeacon(`${base}voila/api/shutdown/${kernel}`, form);
  } else if (waiting) {
    fetch(address, { method: "DELETE", headers: headers(), keepalive: true }).catch(() => {
      // The place in line is given up after a while all the same.
    });
  }
});
addEventListener("pageshow", (event) => event.persisted && look());
document.addEventListener("visibilitychange", look);

// A page that a browser makes ready in case somebody wants it needs no kernel yet.
if (document.prerendering) {
  document.addEventListener("prerenderingchange", run, { once: true });
} else {
  run();
}
