// Keys of the marking queue. Without this script every key's button is there all the same.
// Keys that are characters get in the way of speech input, so they can be turned off, and never
// work while somebody types (WCAG 2.1.4).

const KEPT = "yongxin-marking-keys";
/** Below this width the example stays closed, under the answer. */
const WIDE = "(min-width: 48rem)";

const form = document.querySelector("[data-yongxin-marking]");
const comment = form?.querySelector("textarea");
const keys = document.querySelector("[data-yongxin-keys]");

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches("textarea, select, input:not([type=radio], [type=checkbox])"));

const areOn = () => {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
};

/** @param {boolean} on */
const turn = (on) => {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing: they are as they are on the next page again.
  }
};

/** @param {string} words */
const insert = (words) => {
  const before = comment.value.slice(0, comment.selectionEnd).trimEnd();
  const after = comment.value.slice(comment.selectionEnd);
  const joined = before ? `${before}\n${words}` : words;
  if (joined.length + after.length > comment.maxLength) return;
  comment.value = joined + after;
  comment.focus();
  comment.setSelectionRange(joined.length, joined.length);
};

const bank = [...document.querySelectorAll("[data-yongxin-words]")];
for (const button of bank) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    insert(button.dataset.yongxinWords);
  });
}

/** @param {KeyboardEvent} event */
const act = (event) => {
  if (event.shiftKey) {
    const place = /^Digit([1-9])$/.exec(event.code);
    if (!place || !bank[place[1] - 1]) return false;
    bank[place[1] - 1].click();
    return true;
  }
  const level = /^[0-9]$/.test(event.key) && form?.querySelector(`[name=level][value="${event.key}"]`);
  if (level) {
    level.checked = true;
    level.focus();
    return true;
  }
  if (event.key === "c" && comment) {
    comment.focus();
    return true;
  }
  const button = /^[a-z]$/.test(event.key) && document.querySelector(`[data-yongxin-key="${event.key}"]`);
  if (!button) return false;
  button.click();
  return true;
};

let isOn = areOn();

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === comment) {
    form.querySelector("[name=level]:checked, [name=level]").focus();
    return;
  }
  if (!isOn || event.repeat || event.isComposing || isTyping(event.target)) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (act(event)) event.preventDefault();
});

if (keys) {
  const box = keys.querySelector("[data-yongxin-keys-on]");
  box.checked = isOn;
  box.addEventListener("change", () => {
    isOn = box.checked;
    turn(isOn);
  });
  keys.hidden = false;
}

for (const details of document.querySelectorAll("[data-yongxin-wide]")) {
  details.open = matchMedia(WIDE).matches;
}
