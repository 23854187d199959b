# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libre2-dev

headers_match() { same_headers "$1" /usr/include 're2/*.h'; }

# Debian's tree leaves the generated tables out; its own package makes them the same way.
build_package() {
  local tree="$1" work="$2" lib="$3" log="$2.log"
  local unicode=/usr/share/unicode
  [[ -f $unicode/UnicodeData.txt ]] || die "re2 needs the Unicode tables: apt-get install unicode-data"
  generate() {
    "$@" >"$tree/re2/$output" 2>>"$log" || {
      tail -n 20 "$log" >&2
      die "re2: could not make re2/$output (above; all of it is in $log)"
    }
  }
  (
    cd "$tree"
    output=perl_groups.cc generate perl re2/make_perl_groups.pl
    output=unicode_groups.cc generate /usr/bin/python3 re2/make_unicode_groups.py
    output=unicode_casefold.cc generate /usr/bin/python3 re2/make_unicode_casefold.py
  )
  cmake_build "$tree" "$work" "$log" re2 -- -DRE2_BUILD_TESTING=OFF
  take "$work" "$lib" libre2.a
}
