"""The web portal: pages, figures, exports, the API and the command line."""
