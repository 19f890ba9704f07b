/* Links and filters change the address without loading the frame again. Each has a plain
   address, so that opening it in a new tab, or without this script, shows the same. */
(() => {
  "use strict";
  const SERVED_ELSEWHERE = /^\/(export|api|login|logout|assets|healthz|readyz|metrics)(\/|$|\?)/;
  const UNSAID = { year: "calendar", currency: "USD" };

  const go = (href) => {
    const target = new URL(href, location.href);
    if (target.href === location.href) return;
    history.pushState({}, "", target.href);
    window.dispatchEvent(new PopStateEvent("popstate"));
  };

  const isOurs = (event, link) =>
    event.button === 0 &&
    !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) &&
    !link.target &&
    !link.hasAttribute("download") &&
    (link.getAttribute("href") || "").startsWith("/") &&
    !SERVED_ELSEWHERE.test(link.getAttribute("href"));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || !document.getElementById("page")) return;
    if (!isOurs(event, link)) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });

  /* A reader who prefers another currency or year has both named in every address. */
  const chosenIn = (form) => {
    const unsaid = form.dataset.address === "full" ? {} : UNSAID;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value !== "" && value !== "all" && unsaid[name] !== value) query.append(name, value);
    }
    return query.toString();
  };

  const searched = (form) => {
    const field = form.querySelector("input");
    const wanted = field.value.trim().toLowerCase();
    const known = [...document.querySelectorAll("#search-options option")];
    const found =
      known.find((option) => option.value.toLowerCase() === wanted) ||
      known.find((option) => option.value.toLowerCase().startsWith(wanted)) ||
      known.find((option) => option.value.toLowerCase().includes(wanted));
    if (!wanted) return;
    if (!found) {
      field.setCustomValidity(form.dataset.nothing.replace("{name}", () => field.value));
      field.reportValidity();
      return;
    }
    field.value = "";
    go(found.dataset.href);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-search]")) {
      event.preventDefault();
      searched(form);
    } else if (form.matches("[data-address]")) {
      event.preventDefault();
      const query = chosenIn(form);
      const [path, part] = form.getAttribute("action").split("#");
      go(path + (query ? `?${query}` : "") + (part ? `#${part}` : ""));
    }
  });

  /* What search can go to is asked for when somebody first goes there. */
  let isWanted = false;
  document.addEventListener("focusin", (event) => {
    if (event.target.id !== "search" || isWanted) return;
    isWanted = true;
    window.dash_clientside.set_props("search-wanted", { data: true });
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "search") event.target.setCustomValidity("");
  });
})();
