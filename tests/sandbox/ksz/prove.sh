#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# xmllint judges what the sandbox answers as the KSZ: by the official schemas together with the project's own. The answers are
# those of the unit tests, refusals and faults included.
#
#   prove.sh TESTS               the program, as CTest passes it
#
# Exit 77: skipped, and why is printed. SEMAFOOR_SPECS names the folder of the e-Box contracts, beside which the KSZ's lie
# (default: ../shared/specs/ebox beside the repository), SEMAFOOR_KSZ_SPECS the KSZ's own.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
tests=$1
specs=${SEMAFOOR_KSZ_SPECS:-${SEMAFOOR_SPECS:-$root/../shared/specs/ebox}/../ksz/lino-welfare}

skip() { echo "SKIPPED: $1"; exit 77; }
die() { echo "FAILED: $1"; exit 1; }
[ -f "$specs/XSD/be/fgov/kszbcss/types/common/CommonV3.xsd" ] ||
  skip "the schemas of the KSZ are not in $specs; SEMAFOOR_KSZ_SPECS names their folder"
specs=$(cd "$specs" && pwd)
command -v xmllint >/dev/null || skip "xmllint is not installed (packaging/packages-test.txt)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/out"
# The project's schemas import CommonV3.xsd from where they are.
cp "$root"/gateway/upstream/podmi/wire/*.xsd "$specs/XSD/be/fgov/kszbcss/types/common/CommonV3.xsd" "$work"
for schema in "$here"/*.xsd.in; do
  sed "s|@SPECS@|$specs|g" "$schema" >"$work/$(basename "$schema" .in)"
done
SEMAFOOR_KSZ_SAMPLES="$work/out" "$tests" >"$work/said" 2>&1 || { cat "$work/said"; die "the unit tests failed"; }

valid() { xmllint --nonet --noout --schema "$work/$1.xsd" "${@:2}" >"$work/said" 2>&1; }
must() { valid "$@" || { grep -v ' validates$' "$work/said"; die "an answer is not as the schema says"; }; }
must_not() { ! valid "$@" || die "it was not reported: $2"; }

for kind in soa ssdn fault; do
  files=("$work/out/$kind"-*.xml)
  [ -f "${files[0]}" ] || die "there are no answers of $kind"
  must "$kind" "${files[@]}"
  echo "$kind, by xmllint: ${#files[@]} answers valid"
done

# A check that cannot fail shows nothing.
spoiled=0
for kind in soa ssdn; do
  for file in "$work/out/malformed-$kind"-*.xml; do
    must_not "$kind" "$file"
    spoiled=$((spoiled + 1))
  done
done
spoil() {
  local kind="$1" how="$2" file
  file=$(grep -l "$3" "$work/out/$kind"-*.xml | head -1)
  [ -n "$file" ] || die "no answer of $kind has $3"
  sed -E "$how" "$file" >"$work/spoiled.xml"
  cmp -s "$file" "$work/spoiled.xml" && die "nothing was spoiled: $how"
  must_not "$kind" "$work/spoiled.xml"
  spoiled=$((spoiled + 1))
}
spoil soa 's/<repetition>/<repetition>x/' '<repetition>'
spoil soa 's/<(\/?)legalContext>/<\1x:legalContext>/g' '<legalContext>'
spoil soa 's/<uniqueId>/<uniqueId>more than fifteen/' '<feedbackResult>'
spoil ssdn 's/TimeReceive>/TimeReceive>x/' TimeReceive
spoil ssdn 's/<detectionDate>/<detectionDate>x/' '<detectionDate>'
spoil ssdn 's/ok="NO"/ok="PERHAPS"/' 'ok="NO"'
spoil fault 's/<severity>FATAL/<severity>ERROR/' '<severity>'
echo "wrong on purpose: $spoiled reported"
