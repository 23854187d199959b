# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libsqlite3-dev

headers_match() { true; }

# Debian's tree is not the amalgamation; making that runs programs of its own, so it is made for this machine, and the
# one file is compiled for the other.
build_package() {
  local tree="$1" work="$2" lib="$3" log="$2.log" root
  root="$(dirname "$lib")"
  mkdir -p "$work"
  (
    cd "$work"
    quietly "$log" "$tree/configure" --disable-tcl --disable-readline
    quietly "$log" make sqlite3.c
    # shellcheck disable=SC2086
    quietly "$log" "$triplet-gcc-posix" $flags -D_WIN32_WINNT=0x0A00 -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_COLUMN_METADATA \
      -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_FTS5 -DSQLITE_SECURE_DELETE -DSQLITE_USE_URI -c sqlite3.c -o sqlite3.o
    quietly "$log" "$triplet-gcc-ar-posix" rcs "$lib/libsqlite3.a" sqlite3.o
    cp sqlite3.h "$root/include/"
  )
}
