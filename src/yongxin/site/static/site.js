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
    if (states.some((one) => one && !SENT.includes(one)) && !confirm(form.dataset.yongxinSignOut)) {
      event.preventDefault();
    }
  });
}

/** Remember the language that somebody switches to; the link itself leads to the page. */
function language() {
  const token = () => document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
  for (const link of document.querySelectorAll("[data-yongxin-language]")) {
    link.addEventListener("click", () => {
      fetch(link.dataset.yongxinAddress, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-XSRFToken": decodeURIComponent(token()) },
        body: JSON.stringify({ language: link.dataset.yongxinLanguage }),
      }).catch(() => {
        // Only the preference is lost; the page opens in the language all the same.
      });
    });
  }
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
  let current = "";

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

/** Tell when the connection goes, and when it comes back. */
function connection() {
  const banner = document.querySelector("[data-yongxin-offline]");
  addEventListener("offline", () => {
    banner.textContent = banner.dataset.yongxinOffline;
  });
  addEventListener("online", () => {
    if (banner.textContent) {
      banner.textContent = banner.dataset.yongxinOnline;
      setTimeout(() => {
        banner.textContent = "";
      }, 5000);
    }
  });
  if (!navigator.onLine) {
    banner.textContent = banner.dataset.yongxinOffline;
  }
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

contents();
account();
signingOut();
language();
place();
connection();
passwords();
