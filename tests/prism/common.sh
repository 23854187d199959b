# SPDX-License-Identifier: Apache-2.0
#
# For the scripts of this folder: `contract`, `modules` (of Prism), `work` (removed at the end),
# a sandbox (`base`, `organisation`, client "walk" with its key in $work/keys), and `children` that
# end with the script. Needs $sandbox.
root=$(cd "$here/../.." && pwd)
contract=${SEMAFOOR_SPECS:-$root/../shared/specs/ebox}/e-Box-Enterprise-swagger-v2.1-AP-Public.yaml
[ -f "$contract" ] || { echo "SKIPPED: the contract is not at $contract; SEMAFOOR_SPECS names its folder"; exit 77; }
modules=$("$here/install.sh") || exit $?
version=$(node -p "require('$here/package.json').dependencies['@stoplight/prism-cli']")

work=$(mktemp -d)
children=()
finish() {
  [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

node_says() { node --input-type=module -e "$1" "${@:2}"; }
free_port() {
  node_says 'import net from "net";
    const s = net.createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
# Waits for an answer, whichever: Prism takes a second to read the contract.
until_it_listens() {
  node_says 'const end = Date.now() + 300000;
    for (;;) {
      try { await fetch(process.argv[1]); break; }
      catch (e) { if (Date.now() > end) throw e; await new Promise((r) => setTimeout(r, 100)); }
    }' "$1"
}
start_sandbox() {
  organisation=$("$sandbox" persons --json |
    node_says 'let t = ""; for await (const c of process.stdin) t += c;
               console.log(JSON.parse(t).organisations[0].cbe)')
  "$sandbox" keygen --out "$work/keys" --client walk >/dev/null
  "$sandbox" --client "walk=$organisation:$work/keys/walk.pub.pem" --port-file "$work/port" >"$work/sandbox.log" &
  children+=($!)
  until [ -s "$work/port" ]; do kill -0 "${children[-1]}"; sleep 0.05; done
  base=http://127.0.0.1:$(cat "$work/port")
}
