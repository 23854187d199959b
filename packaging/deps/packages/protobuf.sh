# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libprotobuf-dev

headers_match() { same_headers "$1/src" /usr/include 'google/protobuf/*.h'; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" libprotobuf libprotobuf-lite -- \
    -Dprotobuf_BUILD_TESTS=OFF -Dprotobuf_BUILD_PROTOC_BINARIES=OFF -Dprotobuf_BUILD_LIBPROTOC=OFF \
    -Dprotobuf_WITH_ZLIB=OFF -Dprotobuf_INSTALL="$install"
  take "$work" "$lib" libprotobuf.a libprotobuf-lite.a
}
