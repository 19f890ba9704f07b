/* The drawer, menus and help, by mouse and by keyboard. */
(() => {
  "use strict";
  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable=true]");

  const setDrawer = (open) => {
    const button = document.querySelector("[data-opens-drawer]");
    if (!button) return;
    document.body.classList.toggle("drawer-open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) document.querySelector("#navigation a")?.focus();
  };

  const closeMenus = (except) => {
    document.querySelectorAll("details.account[open], details.filter-details[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  };

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (target.closest("[data-opens-drawer]")) {
      setDrawer(!document.body.classList.contains("drawer-open"));
    } else if (target.closest("[data-closes-drawer]")) {
      setDrawer(false);
    } else if (target.closest("[data-closes-help]")) {
      document.getElementById("help").close();
    }
    const toggle = target.closest("[data-toggles]");
    if (toggle) {
      const isOpen = document.getElementById(toggle.dataset.toggles).classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", String(isOpen));
    }
    closeMenus(target.closest("details"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (document.body.classList.contains("drawer-open")) {
        setDrawer(false);
        document.querySelector("[data-opens-drawer]").focus();
      }
      const menu = event.target.closest("details[open].account, details[open].filter-details");
      closeMenus(null);
      menu?.querySelector("summary").focus();
      if (event.target.id === "search") event.target.blur();
      return;
    }
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.getElementById("search")) {
      event.preventDefault();
      document.getElementById("search").focus();
    } else if (event.key === "?") {
      document.getElementById("help")?.showModal();
    }
  });
})();
