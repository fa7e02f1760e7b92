// Copies in the state "refused" meet here what a page meets that is older than its course: their
// controls send what the course does not take. The refusal, and how it shows, is everybody's.

/** An id that no question has. */
const GONE = "gone";

function happen(control, ...types) {
  types.forEach((type) => control.dispatchEvent(new Event(type, { bubbles: true })));
}

function refuse(root) {
  const question = root.querySelector("fieldset, .yongxin-steps") ?? root;
  const [field, area, select, option, move, step] = [
    "input[type=text]",
    "textarea",
    "select",
    "input[type=radio], input[type=checkbox]",
    "[data-yongxin-move='1']",
    "[data-yongxin-step]",
  ].map((one) => question.querySelector(one));
  if (field) {
    const isText = field.inputMode !== "decimal";
    field.value = isText ? "…".repeat(101) : "—?";
    happen(field, "input", "change");
  } else if (area) {
    const { yongxinMaximum } = area.closest("[data-yongxin-maximum]").dataset;
    area.value = "…".repeat(Number(yongxinMaximum) + 1);
    happen(area, "input", "change");
  } else if (select) {
    select.options[1].value = GONE;
    select.value = GONE;
    happen(select, "change");
  } else if (option) {
    option.value = GONE;
    option.click();
  } else if (move) {
    move.closest("li").dataset.yongxinOption = GONE;
    move.click();
  } else if (step) {
    step.dataset.yongxinStep = GONE;
    step.click();
  }
}

for (const root of document.querySelectorAll('[data-yongxin-element$="-refused"]')) {
  const isReady = () => "yongxinMounted" in root.dataset;
  const observer = new MutationObserver(() => {
    if (isReady()) {
      observer.disconnect();
      refuse(root);
    }
  });
  if (isReady()) {
    refuse(root);
  } else {
    observer.observe(root, { attributes: true, attributeFilter: ["data-yongxin-mounted"] });
  }
}
