// Progress: how far the learner has come, module by module.

/**
 * @param {HTMLElement} root
 * @param {import("../runtime/runtime.js").Host} host
 */
export function mount(root, host) {
  const facts = root.querySelector(".yongxin-facts");
  return {
    end: host.module("news").onAccepted(host.refresh),
    update(presentation) {
      facts.textContent = host.text("element.progress.all", presentation);
      for (const { id, answered, total, visited } of presentation.modules) {
        const line = root.querySelector(`[data-yongxin-progress="${CSS.escape(id)}"]`);
        const bar = line.querySelector("progress");
        bar.hidden = total === 0;
        bar.max = Math.max(total, 1);
        bar.value = answered;
        const begun = visited || answered > 0;
        const key = total > 0 && answered === total ? "done" : begun ? "begun" : "untouched";
        line.querySelector(".yongxin-module-state").textContent = host.text(
          `element.progress.${key}`,
          { answered, total },
        );
      }
    },
  };
}

/** Progress takes no events. */
export function foresee(presentation) {
  return presentation;
}

/** There is nothing here to be saved. */
export function standing() {
  return null;
}
