# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For the sandbox, which writes ZIP files: nothing but zlib.
dev_package=libarchive-dev

headers_match() { true; }

build_package() {
  local tree="$1" work="$2" lib="$3" off=() feature
  for feature in ACL BZip2 CAT CNG CPIO EXPAT ICONV LIBB2 LIBXML2 LZ4 LZMA LZO MBEDTLS NETTLE OPENSSL PCREPOSIX TAR TEST \
    UNZIP XATTR ZSTD; do
    off+=("-DENABLE_$feature=OFF")
  done
  cmake_build "$tree" "$work" "$work.log" archive_static -- "${off[@]}" -DENABLE_ZLIB=ON -DENABLE_WERROR=OFF
  cp "$work/libarchive/libarchive.a" "$lib/"
  cp "$tree/libarchive/archive.h" "$tree/libarchive/archive_entry.h" "$(dirname "$lib")/include/"
}
