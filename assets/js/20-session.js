/* A request that is no longer signed in leads to the sign-in page and back to the same view. */
(() => {
  "use strict";
  const send = window.fetch;
  window.fetch = async (...given) => {
    const response = await send(...given);
    if (response.status === 401) {
      const here = location.pathname + location.search;
      location.assign(`/login?next=${encodeURIComponent(here)}`);
    }
    return response;
  };
})();
