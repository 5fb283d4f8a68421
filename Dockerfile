# Build: docker build -t seedbed .          (any Python 3.11 or newer as base: --build-arg BASE=python:3.13-slim)
# A package mirror, if you use one, comes from a pip.conf that stays out of the image: --secret id=pip,src=pip.conf
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -m venv /build \
    && /build/bin/pip install --require-hashes -r requirements-build.lock \
    && python3 -m venv --without-pip /opt/seedbed \
    && /build/bin/pip --python /opt/seedbed/bin/python install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
RUN /build/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /build/bin/pip --python /opt/seedbed/bin/python install --no-index --no-deps /wheel/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.title="Seedbed" \
      org.opencontainers.image.description="One excerpt a day, with questions worth answering, for a reading group" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/seedbed /opt/seedbed
ENV PATH=/opt/seedbed/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
COPY config config
COPY seeds seeds
# Only /data is written to. The last line leaves the standard library compiled too, as far as Seedbed uses it.
RUN groupadd --gid 10001 seedbed \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin seedbed \
    && install -d -o seedbed -g seedbed /data \
    && ln -s /data data \
    && python -c 'import bot.app, bot.cli, bot.platforms.discord, bot.platforms.slack'
ENV PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=15s --start-period=30s CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run", "--host", "0.0.0.0"]
