"""The application for a WSGI server: ``gunicorn --preload wsgi:app``."""

from portal.serving import application

app = application()
