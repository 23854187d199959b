# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Debian source packages through a private view of apt: the machine's own lists, caches and source
# entries are read but never changed. Needs no root. Sourced, never run.

# open_sources FOLDER: writes the view's entries from the machine's own (either format), and its lists.
open_sources() {
  sources_folder="$1"
  local codename file
  codename="$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")"
  mkdir -p "$sources_folder"/{parts,lists/partial,cache/archives/partial}
  # Only Debian's own suites: a third party's repository may offer no sources, and none is wanted of it.
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    awk -v codename="$codename" '
      function close_stanza() {
        if (text != "" && suites && components && enabled) printf "%s\n", text
        text = ""; suites = 0; components = 0; enabled = 1
      }
      BEGIN { enabled = 1 }
      /^[[:space:]]*$/ { close_stanza(); next }
      /^#/ { next }
      /^Types:/ { text = text "Types: deb-src\n"; next }
      /^Suites:/ { for (i = 2; i <= NF; i++) if ($i == codename || $i == codename "-updates" || $i == codename "-security") suites = 1 }
      /^Components:/ { for (i = 2; i <= NF; i++) if ($i == "main") components = 1 }
      /^Enabled:/ { if ($2 == "no") enabled = 0 }
      { text = text $0 "\n" }
      END { close_stanza() }
    ' "$file" >"$sources_folder/parts/$(basename "$file")"
  done
  # An archive that stands in both formats is taken once: apt refuses two entries of which one names its key.
  without_known_uris() {
    awk -v known="$(sed -n 's/^URIs:[[:space:]]*//p' "$sources_folder"/parts/*.sources 2>/dev/null | tr '\n' ' ')" '
      BEGIN { count = split(known, uris, /[[:space:]]+/) }
      {
        for (i = 1; i <= NF; i++) if ($i ~ /:\/\//) { uri = $i; sub(/\/$/, "", uri); break }
        for (i = 1; i <= count; i++) { seen = uris[i]; sub(/\/$/, "", seen); if (seen != "" && seen == uri) next }
        print
      }'
  }
  # In the machine's order: of two archives that list a version, apt asks the first.
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    sed -nE "s/^[[:space:]]*deb(-src)?([[:space:]].*[[:space:]]$codename(-updates|-security)?\/?[[:space:]]+(.*[[:space:]])?main([[:space:]].*)?)$/deb-src\2/p" "$file"
  done | awk '!seen[$0]++' | without_known_uris >"$sources_folder/parts/one-line.list"
  apt_options=(
    -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$sources_folder/parts"
    -o "Dir::State::lists=$sources_folder/lists" -o "Dir::Cache=$sources_folder/cache"
    -o APT::Get::List-Cleanup=0 -o Acquire::Retries=3
  )
  [[ $(id -u) -eq 0 ]] && apt_options+=(-o APT::Sandbox::User=root)
  cat "$sources_folder"/parts/* | grep -q deb-src ||
    die "no Debian '$codename' entry was found in /etc/apt/sources.list or sources.list.d; the sources come from there"
  progress "reading the lists of Debian's source packages"
  apt-get "${apt_options[@]}" update >"$sources_folder/update.log" 2>&1 || {
    tail -n 20 "$sources_folder/update.log" >&2
    progress "apt-get update reported errors (above); trying with the lists that did come"
  }
}

upstream_of() { local version="${1#*:}"; printf '%s' "${version%-*}"; }

# fetch_source SOURCE DEV_PACKAGE TREE: unpacks into TREE the source whose headers are those that
# DEV_PACKAGE installed; `headers_match TREE` of the package file decides. Prints the version used.
# The installed version is tried first, then the same upstream version's others and those whose upstream version
# matches the package file's `accept`, newest to oldest: an archive sometimes no longer holds the files of a version
# that it lists.
fetch_source() {
  local source="$1" dev_package="$2" tree="$3" installed version download tried=()
  installed="$(dpkg-query -W -f '${source:Version}' "$dev_package")"
  local candidates=("$installed") listed=()
  while IFS= read -r version; do
    listed+=("$version")
    [[ $version == "$installed" ]] && continue
    # shellcheck disable=SC2053
    [[ $(upstream_of "$version") == "$(upstream_of "$installed")" || $(upstream_of "$version") == ${accept:-} ]] &&
      candidates+=("$version")
  done < <(apt-cache "${apt_options[@]}" showsrc "$source" 2>/dev/null | sed -n 's/^Version: //p' | sort -urV)
  for version in "${candidates[@]}"; do
    download="$sources_folder/$source-${version//[^A-Za-z0-9.+~-]/_}"
    mkdir -p "$download"
    rm -rf "$tree"
    if ! (cd "$download" && apt-get "${apt_options[@]}" --download-only source "$source=$version") \
      >>"$sources_folder/fetch.log" 2>&1; then
      tried+=("$version (could not be downloaded)")
    elif ! dpkg-source -x "$download"/*.dsc "$tree" >>"$sources_folder/fetch.log" 2>&1; then
      tried+=("$version (could not be unpacked)")
    elif ! headers_match "$tree"; then
      tried+=("$version (its headers are not those of the installed $dev_package)")
    else
      [[ ${#tried[@]} -eq 0 ]] || progress "$source: $version taken instead of: ${tried[*]}"
      printf '%s\n' "$version"
      return
    fi
  done
  tail -n 20 "$sources_folder/fetch.log" >&2
  progress "no source of '$source' fits the installed $dev_package ($installed). Tried: ${tried[*]}."
  progress "The archive lists: ${listed[*]:-nothing; is it reachable?} (another upstream version is newer or older than expected)."
  progress "The archives must match the headers they are used with. Bring the package up to date"
  die "(apt-get update && apt-get install $dev_package) and run this again."
}
