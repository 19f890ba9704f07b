/* Explore: a text is copied from its place on the page, and a list of measures is searched. */
(() => {
  "use strict";
  const announce = (text) => {
    const line = document.getElementById("live");
    if (line) line.textContent = text;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button || button.dataset.label) return;
    const text = document.getElementById(button.dataset.copies);
    button.dataset.label = button.textContent;
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = button.dataset.copied;
    } catch {
      text.closest("details").open = true;
      button.textContent = button.dataset.failed;
    }
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }, 2500);
  });

  /* While something is searched for, groups with a hit are open and the others are away. */
  document.addEventListener("input", (event) => {
    if (event.target.id !== "explore-find") return;
    const wanted = event.target.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of document.querySelectorAll("#explore-measures > details")) {
      let found = 0;
      for (const line of group.querySelectorAll("li")) {
        const text = line.textContent.toLowerCase();
        line.hidden = !wanted.every((word) => text.includes(word));
        found += line.hidden ? 0 : 1;
      }
      group.hidden = found === 0;
      group.open = wanted.length > 0 && found > 0;
      count += found;
    }
    announce(document.getElementById("explore-measures").dataset.found.replace("{number}", count));
  });
})();
