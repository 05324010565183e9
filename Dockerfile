# One image for all services and commands: `huiyin intake`, `huiyin migrate`, `huiyin verify`, …
#
#   docker build -t huiyin .                               compiles (about ten minutes on four cores)
#   docker build -t huiyin --build-arg BINARY=prebuilt .   takes var/image/huiyin, built before: where no image of a compiler can be had
#
# Every image it stands on is a parameter, for registries of one's own. Needs BuildKit, so that only the stages in use are made.
ARG BUILD_IMAGE=rust:1.95-bookworm
ARG BASE_IMAGE=debian:bookworm-slim
# `compiled` or `prebuilt`
ARG BINARY=compiled

FROM ${BUILD_IMAGE} AS compiled
WORKDIR /src
COPY . .
RUN SQLX_OFFLINE=true cargo build --locked --release --package huiyin --bin huiyin \
    && install -D target/release/huiyin /out/huiyin

FROM scratch AS prebuilt
COPY var/image/huiyin /out/huiyin

FROM ${BINARY} AS binary

# The fonts that documents are set in: the three files that are used, without the rest of their packages. A base image that has them
# already installs nothing.
FROM ${BASE_IMAGE} AS fonts
RUN set -eu; noto=/usr/share/fonts/opentype/noto hanazono=/usr/share/fonts/truetype/hanazono; \
    if [ ! -e $noto/NotoSerifCJK-Bold.ttc ] || [ ! -e $hanazono/HanaMinB.ttf ]; then \
        apt-get update -qq && apt-get install -y -qq --no-install-recommends fonts-noto-cjk fonts-hanazono; \
    fi; \
    mkdir /fonts && cp $noto/NotoSerifCJK-Regular.ttc $noto/NotoSerifCJK-Bold.ttc $hanazono/HanaMinB.ttf /fonts/

FROM ${BASE_IMAGE}
# The account has no name and no home: files that a service may write lie in volumes, the rest of the image is read-only.
RUN for dir in seals attachments nats; do mkdir -p /var/lib/huiyin/$dir && chown 10001:10001 /var/lib/huiyin/$dir; done
COPY policies /usr/share/huiyin/policies
COPY --from=fonts /fonts /usr/share/huiyin/fonts
COPY --from=binary /out/huiyin /usr/local/bin/huiyin
ENV HUIYIN__FILES__POLICIES=/usr/share/huiyin/policies \
    HUIYIN__FILES__SEALS=/var/lib/huiyin/seals \
    HUIYIN__FILES__ATTACHMENTS=/var/lib/huiyin/attachments
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/huiyin"]
