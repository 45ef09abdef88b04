# sipladder in an image: built as a Debian package, and installed from it.
#   docker build -t sipladder .
#   docker run --rm --network host --user "$(id -u):$(id -g)" -v "$PWD:/runs" \
#       sipladder run refer --to udp:192.0.2.10:5060
# --network host: the device must reach the addresses that stand in messages.
FROM debian:bookworm-slim AS build
COPY . /src
RUN /src/ci/package /tmp/package

FROM debian:bookworm-slim
RUN --mount=type=bind,from=build,source=/tmp/package,target=/mnt \
    apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates /mnt/*.deb \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /runs
ENTRYPOINT ["sipladder"]
