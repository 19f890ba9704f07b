# syntax=docker/dockerfile:1

FROM node:22-slim AS browser-parts
WORKDIR /parts
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS environment
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/exchequer
# requirements-providers.txt where the worker is to fetch bills, requirements-spark.txt for Spark.
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-providers.txt requirements-spark.txt ./
RUN python -m venv /opt/exchequer \
 && /opt/exchequer/bin/pip install --require-hashes -r "$REQUIREMENTS"
COPY pyproject.toml README.md wsgi.py ./
COPY auth auth
COPY warehouse warehouse
COPY portal portal
COPY assets assets
COPY --from=browser-parts /parts/node_modules/plotly.js-basic-dist-min/plotly-basic.min.js assets/vendor/
# Editable, so that the code is found in one place: the read-only tree copied below.
RUN /opt/exchequer/bin/pip install --no-deps --no-build-isolation --editable . \
 && /opt/exchequer/bin/python -m compileall -q auth warehouse portal

FROM python:3.13-slim
# What pages are laid out with as PDFs.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/exchequer --create-home exchequer
COPY --from=environment /opt/exchequer /opt/exchequer
COPY --from=environment /srv/exchequer /srv/exchequer
ENV PATH=/opt/exchequer/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    EXCHEQUER_HOST=0.0.0.0 \
    EXCHEQUER_PORT=8050 \
    EXCHEQUER_VAR_DIR=/var/lib/exchequer \
    EXCHEQUER_DATA_DIR=/data
WORKDIR /srv/exchequer
USER exchequer
VOLUME ["/var/lib/exchequer"]
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8050/healthz', timeout=4)"]
CMD ["exchequer", "serve"]
