#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The gateway against a mock that Prism makes from the official contract alone, so that nothing of
# this project has a say in its answers: the client through every operation, with random values too,
# then the gateway itself, which synchronises from it.
#
#   mock.sh SANDBOX WALK [BUILD]  the sandbox gives the tokens; BUILD: folder of the programs
#
# The last line is a JSON object. Exit 77: skipped, and why is printed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sandbox=$1
walk=$2
build=${3:-}
source "$here/common.sh"
start_sandbox

mock() {
  port=$(free_port)
  "$modules/.bin/prism" mock --errors "$@" --host 127.0.0.1 --port "$port" "$contract" >"$work/mock.log" 2>&1 &
  children+=($!)
  until_it_listens "http://127.0.0.1:$port/ebox"
}
# Without the one that found it listening.
answered() { echo $(($(grep -c "Request received" "$work/mock.log") - 1)); }

walk_mock() {
  "$walk" --mock "$@" --ebox "http://127.0.0.1:$port" --direct "http://127.0.0.1:$port" \
    --token-endpoint "$base/oauth/v5/token" \
    --keys "$work/keys" --key walk.key --client walk --organisation "$organisation"
}

mock --dynamic
rounds=5
for ((i = 0; i < rounds; i++)); do walk_mock --random; done
exchanges=$(answered)
mock
walk_mock
synchronised=0
if [ -n "$build" ]; then
  (cd "$root" && SEMAFOOR_BUILD="$build" SEMAFOOR_MOCK="http://127.0.0.1:$port" python3 -m tests.prism.mock_sync_test)
  synchronised=1
fi
exchanges=$((exchanges + $(answered)))
echo "{\"part\":\"mock\",\"exchanges\":$exchanges,\"violations\":0,\"rounds\":$rounds,\"gatewaySynchronised\":$synchronised}"
