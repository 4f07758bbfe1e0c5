# Builds `tenet`, and packs it with the rules and schemas of this repository into a small image that runs without root.
FROM swift:6.3-bookworm AS build
# Versions are those of the Debian release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      librdkafka-dev libre2-dev libmicrohttpd-dev libyaml-dev libsqlite3-dev libssl-dev zlib1g-dev libjemalloc-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --product tenet --static-swift-stdlib \
 && install -D -s .build/release/tenet /out/tenet

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      librdkafka1 libre2-9 libmicrohttpd12 libyaml-0-2 libsqlite3-0 libssl3 zlib1g libjemalloc2 libcurl4 ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/tenet --create-home --shell /usr/sbin/nologin tenet
COPY --from=build /out/tenet /usr/local/bin/tenet
COPY Rules /etc/tenet/Rules
COPY Schemas /etc/tenet/Schemas
WORKDIR /etc/tenet
USER 10001
VOLUME /var/lib/tenet
# Processor and relay serve health and metrics on 9464, the feed its page, API, health and metrics on 8080.
EXPOSE 8080 9464
ENTRYPOINT ["tenet"]
CMD ["--help"]
