// Charts: plotly figures as JSON, drawn when they come near the screen, in the reader's colours.

const CONFIG = { staticPlot: true, displayModeBar: false, responsive: true };

/**
 * Prepare a place for a chart. The numbers stand in a table beside it, so to a screen reader it is
 * one picture with the summary as its name.
 * @param {HTMLElement} place
 * @param {{ library(name: string): Promise<any>, text(key: string): string }} host
 */
export function prepare(place, host) {
  let wanted = null;
  let plotly = null;
  let isNear = false;
  let failed = false;
  let described = "";
  place.setAttribute("role", "img");
  // The space is taken before the chart is there, so that nothing moves when it comes.
  place.style.minHeight = `${place.dataset.yongxinHeight ?? 0}px`;

  async function draw() {
    if (!wanted || !isNear) {
      return;
    }
    try {
      plotly ??= await host.library("plotly");
    } catch {
      offerAgain();
      return;
    }
    if (failed) {
      failed = false;
      place.replaceChildren();
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", described);
    }
    const { data, layout } = coloured(wanted, place);
    await plotly.react(place, data, styled(layout, place), CONFIG);
  }

  /** Say that there is no chart, and offer another try; being connected again is one by itself. */
  function offerAgain() {
    failed = true;
    place.removeAttribute("role");
    place.removeAttribute("aria-label");
    const words = document.createElement("p");
    words.textContent = host.text("simulator.no-chart");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "yongxin-button";
    again.textContent = host.text("simulator.chart-again");
    again.addEventListener("click", () => {
      // The control goes; whoever pressed it stays where the chart will be.
      place.tabIndex = -1;
      place.focus();
      draw();
    });
    place.replaceChildren(words, again);
    addEventListener("online", draw, { once: true });
  }

  const sight = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        isNear = true;
        sight.disconnect();
        draw();
      }
    },
    { rootMargin: "300px" },
  );
  sight.observe(place);

  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  // JupyterLab and Voila have themes of their own and say so on the body.
  const theme = new MutationObserver(draw);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });

  return {
    /** Show `figure`; `description` is what it says, in words. */
    show(figure, description) {
      wanted = figure;
      described = description;
      if (!failed) {
        place.setAttribute("aria-label", description);
        draw();
      }
    },
    end() {
      sight.disconnect();
      theme.disconnect();
      dark.removeEventListener("change", draw);
      removeEventListener("online", draw);
      plotly?.purge(place);
    },
  };
}

/** Replace design tokens, written as `var(--yx-…)`, by the colours that they have at `place`. */
function coloured(value, place) {
  if (typeof value === "string") {
    const token = value.match(/^var\((--yx-[\w-]+)\)$/);
    return token ? tokenAt(place, token[1]) : value;
  }
  if (Array.isArray(value)) {
    return value.map((one) => coloured(one, place));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, coloured(one, place)]),
    );
  }
  return value;
}

function tokenAt(place, name) {
  return getComputedStyle(place).getPropertyValue(name).trim();
}

/** Add what all charts have in common. */
function styled(layout, place) {
  const ink = tokenAt(place, "--yx-ink");
  const axis = {
    gridcolor: tokenAt(place, "--yx-line"),
    zerolinecolor: tokenAt(place, "--yx-muted"),
    zerolinewidth: 2,
    automargin: true,
    fixedrange: true,
    zeroline: true,
  };
  const font = getComputedStyle(place);
  return {
    ...layout,
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
    font: { family: font.fontFamily, size: 14, color: ink },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 8, r: 8, t: 8, b: 48, ...layout.margin },
    autosize: true,
    transition: { duration: 0 },
  };
}
