# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Windows x64: gateway, tools, and what enters a 64-bit host.
triplet=x86_64-w64-mingw32
machine_flags=
openssl_target=mingw64
source "$here/windows.sh"
packages+=(curl sqlite3 libarchive libxml2 libxlsxwriter cpp-httplib)
