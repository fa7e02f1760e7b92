// What the learner wrote elsewhere, to be read here.

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const words = root.querySelector(".yongxin-kept-words");
  const nothing = root.querySelector(".yongxin-kept-nothing");
  const link = root.querySelector("[data-yongxin-place]");
  const address = host.address(link.dataset.yongxinPlace);
  const source = root.dataset.yongxinElement.replace("kept:", "reflect:");

  if (address) {
    link.href = address;
  }
  link.hidden = !address;
  root.querySelector(".yongxin-note").hidden = Boolean(address);

  return {
    end: host.module("news").onAccepted(host.refresh),
    update(presentation) {
      const fields = withWaiting(presentation.fields, host.waiting(source));
      let written = false;
      for (const place of words.children) {
        const text = inWords(place, fields[place.dataset.yongxinKept] ?? "", host);
        place.hidden = !text;
        place.querySelector("dd").textContent = text;
        written ||= Boolean(text);
      }
      words.hidden = !written;
      nothing.hidden = written;
      link.textContent = host.text(written ? "kept.page.there" : "kept.page.write");
    },
  };
}

/** What was written, with what waits on this device to be sent. */
function withWaiting(fields, events) {
  const writes = events.filter((event) => event.type === "write");
  return writes.reduce((all, event) => ({ ...all, ...event.fields }), fields);
}

/** What stands in a field, as people say it. */
function inWords(place, value, host) {
  const { yongxinKind: kind, yongxinChoices: choices } = place.dataset;
  if (typeof value !== "string") {
    return "";
  }
  if (kind === "choice") {
    return JSON.parse(choices)[value] ?? "";
  }
  return kind === "date" && value ? host.day(value) : value.trim();
}

/** It takes no events. */
export function foresee(presentation) {
  return presentation;
}

/** There is nothing here to be saved. */
export function standing() {
  return null;
}
