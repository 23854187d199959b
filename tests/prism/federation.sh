#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The gateway reads the sandbox's registry of providers through Prism, which holds both to the official federation contract.
#
#   federation.sh BUILD           folder of the programs
#
# The last line is a JSON object. Exit 77: skipped, and why is printed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
contract=${SEMAFOOR_SPECS:-$root/../shared/specs/ebox}/ebox-federation-1.3.yaml
[ -f "$contract" ] || { echo "SKIPPED: the contract is not at $contract; SEMAFOOR_SPECS names its folder"; exit 77; }
modules=$("$here/install.sh") || exit $?
cd "$root"
SEMAFOOR_BUILD=$1 SEMAFOOR_PRISM="$modules/.bin/prism" SEMAFOOR_FEDERATION="$contract" python3 -m tests.prism.federation_test
