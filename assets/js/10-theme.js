/* Light or dark: the reader's choice is the cookie "theme"; without one the system decides.
   The cookie "scheme" tells the server which of the two is on screen, for the charts. */
(() => {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    const found = document.cookie.match(/(?:^|; )theme=(light|dark)/);
    return found ? found[1] : null;
  };
  const shown = () => chosen() || (system.matches ? "dark" : "light");

  const remember = (name, value) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
  };

  const apply = () => {
    root.dataset.bsTheme = shown();
    remember("scheme", shown());
  };

  const redraw = () => {
    apply();
    if (window.dash_clientside && document.getElementById("page")) {
      window.dash_clientside.set_props("theme", { data: shown() });
    }
  };

  apply();
  system.addEventListener("change", redraw);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-toggles-theme]")) {
      remember("theme", shown() === "dark" ? "light" : "dark");
      redraw();
    }
  });
})();
