# The web app. Build from the root of the repository:
#   docker build --file deploy/docker/webapp.Dockerfile --tag genrekit-webapp .
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
    && /opt/genrekit/bin/pip install --no-cache-dir --constraint constraints.txt './packages/clipfeat[formats]' '.[webapp]' \
    && /opt/genrekit/bin/pip uninstall --yes pip

FROM python:3.13.1-slim-bookworm
LABEL org.opencontainers.image.title="genrekit-webapp" \
      org.opencontainers.image.description="The genre of recorded music, in the browser" \
      org.opencontainers.image.licenses="MIT AND LGPL-2.1-or-later AND GPL-2.0-or-later"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin genrekit
COPY --from=build /opt/genrekit /opt/genrekit
# With API_URL it asks the service; without, it answers by itself. Everything it writes goes to /tmp.
ENV PATH=/opt/genrekit/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_TEMP_DIR=/tmp/gradio \
    MPLCONFIGDIR=/tmp/matplotlib
USER 10001
VOLUME /tmp
EXPOSE 7860
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=5 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/', timeout=4)"]
ENTRYPOINT ["genrekit"]
CMD ["app"]
