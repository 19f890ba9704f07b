"""Charts as pure functions: columns in, a plain Plotly figure out."""
