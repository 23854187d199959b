#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Holds the gateway's e-Box client and the sandbox to the official contract 2.1: Prism stands
# between them as a validating proxy that turns every violation, of either side, into an error.
#
#   walk.sh SANDBOX WALK          the two programs, as CTest passes them
#
# The last line is a JSON object. Exit 77: skipped, and why is printed. SEMAFOOR_SPECS names the
# folder of the contracts (default: ../shared/specs/ebox beside the repository), SEMAFOOR_CACHE where
# Prism is installed once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sandbox=$1
walk=$2
source "$here/common.sh"
start_sandbox

node "$here/spoiler.mjs" "$base/ebox/messageRegistry/v2" "$work/spoil" "$work/passed" "$contract" "$modules" \
  >"$work/spoiler" &
children+=($!)
until [ -s "$work/spoiler" ]; do kill -0 "${children[-1]}"; sleep 0.05; done

port=$(free_port)
"$modules/.bin/prism" proxy --errors --host 127.0.0.1 --port "$port" "$contract" \
  "http://127.0.0.1:$(cat "$work/spoiler")" >"$work/prism.log" 2>&1 &
children+=($!)
until_it_listens "http://127.0.0.1:$port/ebox"

through_prism() {
  "$walk" --ebox "http://127.0.0.1:$port" --direct "$base/ebox/messageRegistry/v2" \
    --token-endpoint "$base/oauth/v5/token" \
    --keys "$work/keys" --key walk.key --client walk --organisation "$organisation" "$@"
}
control() {
  node_says 'const [url, method, body] = process.argv.slice(1);
    const a = await fetch(url, {method, body});
    if (!a.ok) { console.error(`${method} ${url}: ${a.status} ${await a.text()}`); process.exit(1); }' \
    "$base/control/v1/$1" "$2" ${3+"$3"}
}

echo "validated against ${contract##*/}, Prism $version:"
rm -f "$work/passed"
through_prism
exchanges=$(wc -l <"$work/passed")
operations=$(sort -u "$work/passed" | wc -l)
echo "operations of the contract that were exercised, and how often:"
sort "$work/passed" | uniq -c

must_be_reported() {
  echo "on purpose: $1"
  local status=0
  through_prism "${@:3}" || status=$?
  [ "$status" -eq "$2" ] || { echo "FAILED: it was not reported (exit $status)"; exit 1; }
  reported=$((reported + 1))
}
reported=0

# A check that cannot fail shows nothing. Half of a JSON text, from the sandbox (1: Prism cannot read
# it at all):
control faults POST '{"kind":"malformed_json","path":"*/ebox/messages*","times":1}'
must_be_reported "malformed JSON" 1 --list-only
control faults DELETE
# Members that our own client tolerates, and the contract does not (3: a violation):
for spoil in '"registeredMail":false => "registeredMail":"perhaps"' '"messageTypeId": => "typeId":' \
  '"digestMethod":"sha_256" => "digestMethod":"md5"'; do
  echo "$spoil" >"$work/spoil"
  must_be_reported "$spoil" 3 --list-only
done
# Of a request: a description of a reply that is not the contract's.
echo 'request "mainContent":true => "mainContent":"yes"' >"$work/spoil"
must_be_reported "a reply with another description" 3 --reply-only
rm "$work/spoil"
through_prism --list-only
echo "each wrong message was reported"
echo "{\"part\":\"gateway\",\"exchanges\":$exchanges,\"operations\":$operations,\"violations\":0,\"spoiled\":$reported,\"spoiledReported\":$reported}"
