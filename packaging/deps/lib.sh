# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the files of packaging/deps share. Sourced, never run.

progress() { printf 'deps: %s\n' "$*" >&2; }
die() { printf 'deps: %s\n' "$*" >&2; exit 1; }

# quietly LOG COMMAND...: the output goes to LOG and is shown only when the command fails.
quietly() {
  local log="$1"
  shift
  "$@" >>"$log" 2>&1 && return
  tail -n 40 "$log" >&2
  die "'$1 ${2:-}' failed, its last lines are above. The whole log: $log"
}

# cmake_build SOURCE BUILD LOG TARGETS... -- CMAKE_ARGS...
# Uses what the target file set: flags, compiler_args, jobs.
cmake_build() {
  local source="$1" build="$2" log="$3" targets=()
  shift 3
  while [[ $# -gt 0 && $1 != -- ]]; do
    targets+=("$1")
    shift
  done
  shift
  quietly "$log" cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DCMAKE_CXX_STANDARD=17 \
    -DCMAKE_CXX_STANDARD_REQUIRED=ON -DCMAKE_CXX_EXTENSIONS=OFF "${compiler_args[@]}" "$@"
  quietly "$log" ninja -C "$build" -j "$jobs" "${targets[@]}"
}

# apply_patches TREE NAME...: patches/NAME.patch, each of which says in its head why it is there.
apply_patches() {
  local tree="$1" name
  shift
  for name in "$@"; do
    patch -d "$tree" -p1 --forward --batch <"$here/patches/$name.patch" >"$tree.patch.log" 2>&1 || {
      cat "$tree.patch.log" >&2
      die "patches/$name.patch does not fit this source (above): upstream may have mended it, see the patch's head"
    }
  done
}

# same_headers SOURCE_FOLDER INCLUDE_FOLDER PATTERN: every installed header under INCLUDE_FOLDER that
# matches PATTERN is byte for byte the one of the sources.
same_headers() {
  local source="$1" include="$2" pattern="$3" header found=no
  while IFS= read -r header; do
    found=yes
    cmp -s "$include/$header" "$source/$header" || return 1
  done < <(cd "$include" && find . -path "./$pattern" -type f)
  [[ $found == yes ]]
}
