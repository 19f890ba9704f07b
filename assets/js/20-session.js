/* A request that is no longer signed in leads to the sign-in page and back to the same view. */
(() => {
  "use strict";
  const send = window.fetch;
  /* Several requests may be answered so at once. Going there twice would ask for the form twice, and
     the token of one would come with the cookie of the other. */
  let isLeaving = false;
  window.fetch = async (...given) => {
    const response = await send(...given);
    if (response.status === 401 && !isLeaving) {
      isLeaving = true;
      const here = location.pathname + location.search;
      location.assign(`/login?next=${encodeURIComponent(here)}`);
    }
    return response;
  };
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
})();
