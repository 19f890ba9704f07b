/* When a page has changed: its title, where the focus goes, and what is read aloud. */
(() => {
  "use strict";
  let path = location.pathname;
  let said = "";
  let reached = "";

  const announce = (text) => {
    const line = document.getElementById("live");
    if (line) line.textContent = text;
  };

  /* The renderer may put the heading in place more than once, and late on a slow machine: focus that
     was lost by it is given again, until the reader does something. */
  let isNew = false;
  const takeFocus = () => {
    document.activeElement?.blur();
    isNew = true;
  };
  const keepFocus = () => {
    if (isNew && document.activeElement === document.body) {
      document.getElementById("page-title")?.focus({ preventScroll: true });
    }
  };
  for (const done of ["keydown", "pointerdown"]) {
    document.addEventListener(done, () => {
      isNew = false;
    }, true);
  }

  const settle = () => {
    const title = document.getElementById("page-title");
    const lead = document.querySelector(".page .lead");
    const message = title ? `${title.textContent}. ${lead ? lead.textContent : ""}` : "";
    const view = location.pathname + location.search + message;
    if (!title || view === said) return;
    const isFirst = said === "";
    said = view;
    document.title = `${title.textContent} – Exchequer`;
    if (isFirst) {
      path = location.pathname;
      return;
    }
    if (location.pathname !== path) {
      path = location.pathname;
      document.body.classList.remove("drawer-open");
      window.scrollTo(0, 0);
      takeFocus();
    }
    announce(message);
  };

  /* The part that the address names may come after the rest of the page: it is gone to once it is
     there, with the focus where that was lost, and once for each view. */
  const reach = () => {
    const part = location.hash && document.getElementById(location.hash.slice(1));
    const view = said + location.hash;
    if (!part || view === reached) return;
    reached = view;
    part.scrollIntoView();
    if (document.activeElement === document.body) {
      part.tabIndex = -1;
      part.focus({ preventScroll: true });
    }
  };

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      settle();
      reach();
      keepFocus();
    });
  }).observe(document.body, { childList: true, subtree: true, characterData: true });

  /* The address of this view for any reader, whatever they prefer where an address is silent. */
  const fullAddress = (button) => {
    const address = new URL(location.href);
    for (const [name, value] of new URLSearchParams(button.dataset.copiesLink)) {
      if (!address.searchParams.has(name)) address.searchParams.append(name, value);
    }
    return address.href;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies-link]");
    if (!button || button.dataset.label) return;
    const { copied, failed } = button.dataset;
    button.dataset.label = button.textContent;
    try {
      await navigator.clipboard.writeText(fullAddress(button));
      announce(copied);
      button.textContent = copied;
    } catch {
      button.textContent = failed;
    }
    setTimeout(() => {
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }, 2500);
  });

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".page details:not([open])")];
    opened.forEach((part) => {
      part.open = true;
    });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((part) => {
      part.open = false;
    });
  });
})();
