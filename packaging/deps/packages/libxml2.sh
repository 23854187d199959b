# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Reads and canonicalises; neither the network, nor compressed files, nor other encodings than its own.
dev_package=libxml2-dev

headers_match() { same_headers "$1/include" /usr/include/libxml2 'libxml/c14n.h'; }

build_package() {
  local tree="$1" work="$2" lib="$3" off=() feature
  for feature in CATALOG DEBUG DOCB FTP HTML HTTP ICONV ICU LEGACY LZMA MEM_DEBUG MODULES PROGRAMS PYTHON READER REGEXPS \
    RUN_DEBUG SCHEMAS SCHEMATRON TESTS WRITER XINCLUDE XPTR ZLIB; do
    off+=("-DLIBXML2_WITH_$feature=OFF")
  done
  cmake_build "$tree" "$work" "$work.log" LibXml2 -- "${off[@]}"
  take "$work" "$lib" libxml2.a
}
