/* The Print button, and charts on paper: as wide as the sheet, and light whatever the screen is.
   The button says which colour stands for which; it is empty where charts are light already. */
(() => {
  "use strict";
  const SHEET_WIDTH = 640;
  let drawn = [];

  const charts = () => [...document.querySelectorAll(".page .js-plotly-plot")];

  const recoloured = (part, colours) => {
    const text = JSON.stringify(part).replace(
      /"(#[0-9A-Fa-f]{6}|rgba\([^)]*\))"/g,
      (found, colour) => (colours[colour] ? `"${colours[colour]}"` : found),
    );
    return JSON.parse(text);
  };

  const toPaper = () => {
    const button = document.querySelector("[data-prints]");
    if (!button || !window.Plotly || drawn.length) return;
    const colours = JSON.parse(button.dataset.prints || "{}");
    drawn = charts().map((chart) => ({ chart, data: chart.data, layout: chart.layout }));
    drawn.forEach(({ chart, data, layout }) => {
      const width = Math.min(SHEET_WIDTH, chart.clientWidth || SHEET_WIDTH);
      window.Plotly.react(chart, recoloured(data, colours), {
        ...recoloured(layout, colours),
        autosize: false,
        width,
        height: chart.clientHeight || 280,
      });
    });
  };

  const toScreen = () => {
    drawn.forEach(({ chart, data, layout }) => {
      window.Plotly.react(chart, data, { ...layout, autosize: true, width: undefined, height: undefined });
    });
    drawn = [];
  };

  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-prints]")) window.print();
  });
})();
