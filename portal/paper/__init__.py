"""Pages on paper: a page's components as a tagged PDF, made on the server without a browser."""
