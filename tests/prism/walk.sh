#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Holds the gateway's e-Box client and the sandbox to the official contract 2.1: Prism stands
# between them as a validating proxy that turns every violation, of either side, into an error.
#
#   walk.sh SANDBOX WALK          the two programs, as CTest passes them
#
# Exit 77: skipped, and why is printed. SEMAFOOR_SPECS names the folder of the contracts (default:
# ../shared/specs/ebox beside the repository), SEMAFOOR_CACHE where Prism is installed once.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
sandbox=$1
walk=$2
contract=${SEMAFOOR_SPECS:-$root/../shared/specs/ebox}/e-Box-Enterprise-swagger-v2.1-AP-Public.yaml

skip() { echo "SKIPPED: $1"; exit 77; }
[ -f "$contract" ] || skip "the contract is not at $contract; SEMAFOOR_SPECS names its folder"
command -v node >/dev/null || skip "node is not installed"

# The lock file pins every package by its hash; the cache is valid for exactly this lock.
hash=$(sha256sum "$here/package-lock.json" | cut -c1-16)
cache=${SEMAFOOR_CACHE:-$HOME/.cache/semafoor}/npm/$hash
prism=$cache/node_modules/.bin/prism
if [ ! -x "$prism" ]; then
  command -v npm >/dev/null || skip "npm is not installed, and Prism is not in $cache"
  mkdir -p "${cache%/*}"
  fresh=$(mktemp -d "$cache.XXXXXX")
  cp "$here/package.json" "$here/package-lock.json" "$fresh/"
  npm ci --prefix "$fresh" --no-audit --no-fund --ignore-scripts --loglevel=error >&2 ||
    { rm -rf "$fresh"; skip "npm could not install Prism"; }
  # Moved in one step; whoever was first has won.
  mv -T "$fresh" "$cache" 2>/dev/null || rm -rf "$fresh"
fi

work=$(mktemp -d)
children=()
finish() {
  [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

node_says() { node --input-type=module -e "$1" "${@:2}"; }

organisation=$("$sandbox" persons --json |
  node_says 'let t = ""; for await (const c of process.stdin) t += c;
             console.log(JSON.parse(t).organisations[0].cbe)')
"$sandbox" keygen --out "$work/keys" --client walk >/dev/null
"$sandbox" --client "walk=$organisation:$work/keys/walk.pub.pem" --port-file "$work/port" \
  >"$work/sandbox.log" &
children+=($!)
until [ -s "$work/port" ]; do kill -0 "${children[0]}"; sleep 0.05; done
base=http://127.0.0.1:$(cat "$work/port")

node "$here/spoiler.mjs" "$base/ebox/messageRegistry/v2" "$work/spoil" >"$work/spoiler" &
children+=($!)
until [ -s "$work/spoiler" ]; do kill -0 "${children[1]}"; sleep 0.05; done

port=$(node_says 'import net from "net";
  const s = net.createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"$prism" proxy --errors --host 127.0.0.1 --port "$port" "$contract" \
  "http://127.0.0.1:$(cat "$work/spoiler")" >"$work/prism.log" 2>&1 &
children+=($!)
node_says 'const end = Date.now() + 60000;
  for (;;) {
    try { await fetch(process.argv[1]); break; }
    catch (e) { if (Date.now() > end) throw e; await new Promise((r) => setTimeout(r, 100)); }
  }' "http://127.0.0.1:$port/ebox"

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

echo "validated against ${contract##*/}, Prism $(node -p "require('$here/package.json').dependencies['@stoplight/prism-cli']"):"
through_prism

must_be_reported() {
  echo "on purpose: $1"
  local status=0
  through_prism --list-only || status=$?
  [ "$status" -eq "$2" ] || { echo "FAILED: it was not reported (exit $status)"; exit 1; }
}

# A check that cannot fail shows nothing. Half of a JSON text, from the sandbox (1: Prism cannot read
# it at all):
control faults POST '{"kind":"malformed_json","path":"*/ebox/messages*","times":1}'
must_be_reported "malformed JSON" 1
control faults DELETE
# Members that our own client tolerates, and the contract does not (3: a violation):
for spoil in '"registeredMail":false => "registeredMail":"perhaps"' '"messageTypeId": => "typeId":' \
  '"digestMethod":"sha_256" => "digestMethod":"md5"'; do
  echo "$spoil" >"$work/spoil"
  must_be_reported "$spoil" 3
done
rm "$work/spoil"
through_prism --list-only
echo "each wrong answer was reported"
