// The transport of notebooks: an anywidget, whose kernel holds the states and handles the events.

const PATIENCE = 15000;

/** Return the anywidget that shows the element which its model describes. */
export function widget(modules) {
  /** One line to the kernel a model, however many views it has. @type {WeakMap<object, any>} */
  const lines = new WeakMap();

  return {
    render({ model, el }) {
      if (!lines.has(model)) {
        lines.set(model, makeLine(model, modules));
      }
      const { channel, send, refresh, library } = lines.get(model);
      // The kernel's own markup, in which every text of an author is escaped.
      el.innerHTML = model.get("markup");
      const root = el.querySelector("[data-yongxin-element]");
      modules.dom.makeIdsUnique(root);
      // JupyterLab would take the keys that operate an element for commands to the notebook.
      root.dataset.lmSuppressShortcuts = "true";
      return modules.runtime.mount(root, channel, {
        modules,
        language: model.get("language"),
        texts: model.get("texts"),
        send,
        refresh,
        address: () => null,
        waiting: () => [],
        library,
        signIn: null,
        keptAtAll: model.get("kept"),
      });
    },
  };
}

function makeLine(model, modules) {
  const { Channel, Failure } = modules.queue;
  const { newId, same } = modules.dom;
  const ask = makeAsk(model, newId, Failure);
  const { revision, presentation } = model.get("shown");

  const markup = new DOMParser().parseFromString(model.get("markup"), "text/html");
  const name = markup.querySelector("[data-yongxin-module]").dataset.yongxinModule;
  const channel = new Channel({
    name: model.get("element"),
    client: newId(),
    revision,
    presentation,
    foresee: modules[name].foresee,
    deliver: async ({ event_id, client, revision: known, event }) =>
      (await ask({ type: "event", event_id, client, revision: known, event })).content,
    newId,
    same,
    accepted: modules.news.accepted,
    // The kernel is next door; what it cannot keep, nobody keeps, and the status line says so.
    shelf: null,
  });
  model.on("change:shown", () => {
    const shown = model.get("shown");
    channel.receive(shown.revision, shown.presentation);
  });

  async function refresh() {
    try {
      const { content } = await ask({ type: "show" });
      channel.receive(content.revision, content.presentation);
    } catch (failure) {
      if (!(failure instanceof Failure)) {
        throw failure;
      }
      // Nobody asked for this; what is shown stays as it was.
    }
  }

  modules.news.onHandedIn(refresh);

  let handInId = null;

  async function send(event) {
    if (event.type !== "hand-in") {
      return channel.send(event);
    }
    handInId ??= newId();
    const { content } = await ask({
      type: "hand-in",
      event_id: handInId,
      confirmed: event.confirmed,
    });
    handInId = null;
    channel.receive(content.presentation.attempts_used, content.presentation, { isOwn: true });
    modules.news.handedIn();
    return content;
  }

  async function library(wanted) {
    const address = async () => {
      const { buffers } = await ask({ type: "library", name: wanted });
      return URL.createObjectURL(new Blob(buffers, { type: "text/javascript" }));
    };
    return modules.runtime.loadPlotly(address);
  }

  return { channel, send, refresh, library };
}

/** Ask the kernel something; the promise is kept by the answer that carries the same id. */
function makeAsk(model, newId, Failure) {
  const open = new Map();
  model.on("msg:custom", (content, buffers) => {
    const question = open.get(content.id);
    if (!question) {
      return;
    }
    open.delete(content.id);
    clearTimeout(question.timer);
    if (content.error) {
      const { kind, code, message } = content.error;
      question.reject(new Failure(kind, { code, message }));
    } else {
      question.resolve({ content, buffers });
    }
  });
  return (question) =>
    new Promise((resolve, reject) => {
      const id = newId();
      const timer = setTimeout(() => {
        open.delete(id);
        reject(new Failure("kernel"));
      }, PATIENCE);
      open.set(id, { resolve, reject, timer });
      model.send({ id, ...question });
    });
}
