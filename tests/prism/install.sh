#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prints the folder in which Prism is installed, exactly as the lock file pins it; installs it once.
# Exit 77: it cannot be had, and why is printed. SEMAFOOR_CACHE is where it is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
skip() { echo "SKIPPED: $1" >&2; exit 77; }

command -v node >/dev/null || skip "node is not installed"
# The lock file pins every package by its hash; the cache is valid for exactly this lock.
hash=$(sha256sum "$here/package-lock.json" | cut -c1-16)
cache=${SEMAFOOR_CACHE:-$HOME/.cache/semafoor}/npm/$hash
if [ ! -x "$cache/node_modules/.bin/prism" ]; then
  command -v npm >/dev/null || skip "npm is not installed, and Prism is not in $cache"
  mkdir -p "${cache%/*}"
  fresh=$(mktemp -d "$cache.XXXXXX")
  cp "$here/package.json" "$here/package-lock.json" "$fresh/"
  npm ci --prefix "$fresh" --no-audit --no-fund --ignore-scripts --loglevel=error >&2 ||
    { rm -rf "$fresh"; skip "npm could not install Prism"; }
  # Moved in one step; whoever was first has won.
  mv -T "$fresh" "$cache" 2>/dev/null || rm -rf "$fresh"
fi
echo "$cache/node_modules"
