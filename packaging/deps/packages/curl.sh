# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# OpenSSL as on Linux, so that a certificate that is refused is refused for the same reason; the roots are those of
# Windows. HTTP/1.1 only: libnghttp2 is not among what is built.
dev_package=libcurl4-openssl-dev

headers_match() { true; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" libcurl -- -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_USE_LIBSSH2=OFF \
    -DUSE_LIBIDN2=OFF -DUSE_WIN32_IDN=ON -DCURL_USE_LIBPSL=OFF -DCURL_CA_PATH=none -DCURL_CA_BUNDLE=none \
    -DBUILD_CURL_EXE=OFF -DENABLE_MANUAL=OFF -DOPENSSL_USE_STATIC_LIBS=ON "-DOPENSSL_ROOT_DIR=$(dirname "$lib")"
  take "$work" "$lib" libcurl.a
}
