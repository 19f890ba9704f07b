/* Puts the inside of an element that came as plain markup into its place. The server escaped it.
   React knows nothing of these nodes: what was put in is remembered, and taken out again when the
   element gets another inside, or components of its own. */
(() => {
  "use strict";
  const put = new WeakMap();

  const fill = (element) => {
    for (const node of put.get(element) || []) node.remove();
    const inside = element.getAttribute("data-html");
    if (inside === null) {
      put.delete(element);
      return;
    }
    const parsed = document.createElement(element.localName);
    parsed.innerHTML = inside;
    put.set(element, [...parsed.childNodes]);
    element.append(...parsed.childNodes);
  };

  const fillWithin = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.hasAttribute("data-html")) fill(node);
    else node.querySelectorAll("[data-html]").forEach(fill);
  };

  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") fill(record.target);
      else record.addedNodes.forEach(fillWithin);
    }
  }).observe(document, {
    attributes: true,
    attributeFilter: ["data-html"],
    childList: true,
    subtree: true,
  });
})();
