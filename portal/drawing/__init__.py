"""Charts drawn on the server: the plain figures of ``portal.figures`` as SVG, for paper."""
