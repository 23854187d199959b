# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the commands of ./dev share. Sourced, never run.

say() { printf '\n== %s\n' "$*" >&2; }
die() { printf 'dev: %s\n' "$*" >&2; exit 1; }

# Installs the packages named in the list files that are not there yet.
need_packages() {
  local missing=() package list
  for list in "$@"; do
    while read -r package; do
      [[ -z "$package" || "$package" == \#* ]] && continue
      dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done <"$list"
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  command -v apt-get >/dev/null || die "these packages are missing and there is no apt-get: ${missing[*]}"
  local root=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || die "not root and no sudo. Run as root: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  say "installing ${#missing[@]} Debian packages"
  "${root[@]}" apt-get update -q >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
}

# Packages, and the position-independent archives for what is loaded into a host.
set_up() {
  need_packages packaging/packages-build.txt
  packaging/deps/build linux-x64 >&2
}

# build_preset PRESET [TARGET...]
build_preset() {
  local preset="$1"
  shift
  export CCACHE_DIR="${CCACHE_DIR:-$SEMAFOOR_CACHE/ccache}" CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-5G}"
  # What the presets set for the configuring: a compilation of another checkout of the same files is found again.
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
  if [[ ! -f "build/$preset/build.ninja" ]]; then
    say "configuring ($preset)"
    cmake --preset "$preset" >"build-$preset.log" 2>&1 || {
      cat "build-$preset.log" >&2
      rm -f "build-$preset.log"
      die "configuring failed"
    }
    rm -f "build-$preset.log"
  fi
  say "building ($preset)"
  cmake --build "build/$preset" -- -j"${SEMAFOOR_JOBS:-$(nproc)}" "$@" >&2
}
