#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Other programs judge what the gateway sends to SOAP and SSDN services: xmllint by the official schemas, xmlsec1 by the
# signature, with keys that openssl made. Then the gateway judges what xmlsec1 signed.
#
#   prove.sh SAMPLES               the program, as CTest passes it
#
# Exit 77: skipped, and why is printed. SEMAFOOR_SPECS names the folder of the e-Box contracts, beside which the KSZ's lie
# (default: ../shared/specs/ebox beside the repository), SEMAFOOR_KSZ_SPECS the KSZ's own.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
samples=$1
specs=${SEMAFOOR_KSZ_SPECS:-${SEMAFOOR_SPECS:-$root/../shared/specs/ebox}/../ksz/lino-welfare}

skip() { echo "SKIPPED: $1"; exit 77; }
[ -f "$specs/XSD/be/fgov/kszbcss/types/common/CommonV3.xsd" ] ||
  skip "the schemas of the KSZ are not in $specs; SEMAFOOR_KSZ_SPECS names their folder"
specs=$(cd "$specs" && pwd)
for tool in xmllint xmlsec1 openssl; do
  command -v "$tool" >/dev/null || skip "$tool is not installed (packaging/packages-test.txt)"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/out"
die() { echo "FAILED: $1"; exit 1; }

make_identity() {
  openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$1" -days 2 -keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null
}
make_identity ours
make_identity theirs
"$samples" write "$work/ours.key" "$work/ours.pem" "$work/out"
for schema in "$here"/*.xsd.in; do
  sed "s|@SPECS@|$specs|g" "$schema" >"$work/$(basename "$schema" .in)"
done

soap=http://schemas.xmlsoap.org/soap/envelope/
wss=http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity
ids=(--id-attr:Id "$soap:Body" --id-attr:Id "$wss-utility-1.0.xsd:Timestamp"
  --id-attr:Id "$wss-secext-1.0.xsd:BinarySecurityToken")
valid() { xmllint --nonet --noout --schema "$1" "$2" >"$work/said" 2>&1; }
signed() { xmlsec1 --verify --pubkey-cert-pem "$1" "${ids[@]}" "$2" >"$work/said" 2>&1; }
must() { "$@" || { cat "$work/said"; die "$*"; }; }
must_not() { ! "$@" || die "it was not reported: $*"; }

# Ours: beside the schema of the KSZ that they take their common blocks from.
cp "$root"/gateway/upstream/podmi/wire/*.xsd "$specs/XSD/be/fgov/kszbcss/types/common/CommonV3.xsd" "$work/"
schemas=0
for kind in official:official project:x-podmi-soa-1; do
  for file in "$work/out/${kind%:*}"-*.payload.xml; do
    must valid "$work/${kind#*:}.xsd" "$file"
    schemas=$((schemas + 1))
  done
done
echo "CommonV3.xsd, by xmllint: $schemas requests valid"
contents=0
for file in "$work/out"/content-*.xml; do
  must valid "$work/x-podmi-1.xsd" "$file"
  contents=$((contents + 1))
done
echo "x-podmi-1.xsd (of this project), by xmllint: $contents contents of SSDN valid"
ssdn=0
for file in "$work/out"/ssdn-*.xml; do
  must valid "$specs/XSD/SSDN/Service/SSDNRequest.xsd" "$file"
  must valid "$work/ssdn.xsd" "$file"
  ssdn=$((ssdn + 1))
done
echo "SSDNRequest.xsd, with the content of the service, by xmllint: $ssdn requests valid"
signatures=0
for file in "$work/out"/*.signed.xml; do
  must signed "$work/ours.pem" "$file"
  must_not signed "$work/theirs.pem" "$file"
  [ "$("$samples" verify "$work/ours.pem" "$file")" = verified ] || die "our own verifier refuses $file"
  signatures=$((signatures + 1))
done
echo "signatures, by xmlsec1: $signatures verified, none under another certificate"

# A check that cannot fail shows nothing.
spoiled=0
spoil() {
  local name="$1" file="$work/out/$2"
  shift 2
  sed -E "$name" "$file" >"$work/spoiled.xml"
  cmp -s "$file" "$work/spoiled.xml" && die "nothing was spoiled: $name"
  must_not "$@" "$work/spoiled.xml"
  spoiled=$((spoiled + 1))
}
spoil 's/<cbeNumber>0/<cbeNumber>/' official-1.payload.xml valid "$work/official.xsd"
spoil 's/<legalContext>/<x:legalContext>/; s/<\/legalContext>/<\/x:legalContext>/' project-sendFeedback-1.payload.xml valid "$work/x-podmi-soa-1.xsd"
spoil 's/<ticket>/<ticket>and more than the schema allows/' project-sendFeedback-1.payload.xml valid "$work/x-podmi-soa-1.xsd"
spoil 's/<uniqueId>/<uniqueId>Q/' content-findFeedback-1.xml valid "$work/x-podmi-1.xsd"
spoil 's/(TimeRequest>[0-9]{8})T/\1 /' ssdn-1.xml valid "$work/ssdn.xsd"
spoil 's/>LIST</>GUESS</' ssdn-1.xml valid "$work/ssdn.xsd"
spoil 's/>ABCDEF/>ABCDEG/' project-sendFeedback-1.signed.xml signed "$work/ours.pem"
spoil 's/(Expires>....-)..-/\199-/' project-sendFeedback-1.signed.xml signed "$work/ours.pem"
echo "spoiled on purpose: $spoiled reported"

# The other way round: xmlsec1 signs, the gateway verifies.
interop=0
for file in "$work/out"/*.signed.xml; do
  certificate=$(openssl x509 -in "$work/theirs.pem" -outform DER | base64 -w0)
  python3 - "$file" "$certificate" >"$work/template.xml" <<'PYTHON'
import re
import sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
text = re.sub(r"(<wsse:BinarySecurityToken[^>]*>)[^<]*", lambda m: m.group(1) + sys.argv[2], text)
text = re.sub(r"<ds:(DigestValue|SignatureValue)>[^<]*<", r"<ds:\1><", text)
sys.stdout.reconfigure(encoding="utf-8", newline="")
sys.stdout.write(text)
PYTHON
  xmlsec1 --sign --privkey-pem "$work/theirs.key" "${ids[@]}" --output "$work/interop.xml" "$work/template.xml" \
    >"$work/said" 2>&1 || { cat "$work/said"; die "xmlsec1 could not sign"; }
  [ "$("$samples" verify "$work/theirs.pem" "$work/interop.xml")" = verified ] || die "our verifier refuses what xmlsec1 signed"
  [ "$("$samples" verify "$work/ours.pem" "$work/interop.xml" || true)" = soap.certificate_untrusted ] ||
    die "our verifier takes another certificate"
  interop=$((interop + 1))
done
echo "signed by xmlsec1, verified by the gateway: $interop"
