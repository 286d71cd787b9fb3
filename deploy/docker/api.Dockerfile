# The API with the artifact that ships inside. Build from the root of the repository:
#   docker build --file deploy/docker/api.Dockerfile --tag genrekit-api .
FROM python:3.13.1-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/genrekit
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY packages/clipfeat packages/clipfeat
COPY src src
# The wheel carries the examples and the measured figures for the web app.
COPY examples examples
COPY reports reports
# A compiler only here: clipfeat compiles its kernels, and would work without them, slower.
# Not pinned: Debian keeps only the newest of a release, and nothing of it stays in the image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && /opt/genrekit/bin/pip install --no-cache-dir --constraint constraints.txt './packages/clipfeat[formats]' '.[api]' \
    && /opt/genrekit/bin/pip uninstall --yes pip

FROM python:3.13.1-slim-bookworm
LABEL org.opencontainers.image.title="genrekit-api" \
      org.opencontainers.image.description="The genre of recorded music, over HTTP" \
      org.opencontainers.image.licenses="MIT AND LGPL-2.1-or-later AND GPL-2.0-or-later"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin genrekit \
    && mkdir /state && chown genrekit /state
COPY --from=build /opt/genrekit /opt/genrekit
# Alone, the image asks for keys (GENREKIT_KEYS_FILE) or for the word GENREKIT_ALLOW_OPEN=true, and ends without.
ENV PATH=/opt/genrekit/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GENREKIT_HOST=0.0.0.0 \
    GENREKIT_STATE_DIR=/state
USER 10001
VOLUME ["/state", "/tmp"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=5 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["genrekit"]
CMD ["serve"]
