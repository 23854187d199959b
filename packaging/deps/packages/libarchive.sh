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
  # It knows no build type "None"; this one adds nothing either. How zlib is called cannot be tried by running it here.
  cmake_build "$tree" "$work" "$work.log" archive_static -- "${off[@]}" -DENABLE_ZLIB=ON -DENABLE_WERROR=OFF \
    -DZLIB_WINAPI=OFF "-DZLIB_WINAPI_WITH_LIB=$lib/libz.a" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE=
  cp "$work/libarchive/libarchive_static.a" "$lib/libarchive.a"
  cp "$tree/libarchive/archive.h" "$tree/libarchive/archive_entry.h" "$(dirname "$lib")/include/"
}
