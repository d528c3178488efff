#!/usr/bin/env bash
# Three nodes on this machine: the first brings the database along, the others use it. Ctrl-C ends all of them, the
# first last. See README.md beside this file.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=${ETIBAR_DATA_DIR:-var/local}
mkdir -p "$data"
data=$(cd "$data" && pwd)

echo "Building"
mvn -q -DskipTests -pl http -am package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib
class_path="$(ls http/target/etibar-http-*.jar | head -1):http/target/lib/*"

# A JDK from 21 on: JAVA_HOME's, the one on the path, or one that is installed beside that one.
java=
found=$(readlink -f "$(command -v java)")
beside=$(dirname "$(dirname "$(dirname "$found")")")
for candidate in "${JAVA_HOME:-}"/bin/java "$found" "$beside"/*/bin/java; do
  if [ -x "$candidate" ]; then
    version=$("$candidate" -XshowSettings:properties -version 2>&1 | sed -n 's/.*java.specification.version = //p')
    [ "${version%%.*}" -ge 21 ] 2>/dev/null && java=$candidate && break
  fi
done
[ -n "$java" ] || { echo "No JDK from 21 on was found; set JAVA_HOME"; exit 1; }

# What all of them have to agree on.
export ETIBAR_ISSUER=http://127.0.0.1:8081
export ETIBAR_CLUSTER_SEEDS=127.0.0.1:25521,127.0.0.1:25522,127.0.0.1:25523

pids=()
stop() {
  trap - INT TERM EXIT
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
}
trap stop INT TERM EXIT

start() { # number, further variables …
  local n=$1
  shift
  env ETIBAR_DATA_DIR="$data/node-$n" ETIBAR_HTTP_PORT="808$n" ETIBAR_MANAGEMENT_PORT="855$n" \
    ETIBAR_CLUSTER_PORT="2552$n" "$@" \
    "$java" -Xmx512m -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \
    -cp "$class_path" io.etibar.http.Main >"$data/node-$n.log" 2>&1 &
  pids+=($!)
}

await_ready() { # number
  for _ in $(seq 240); do
    kill -0 "${pids[$(($1 - 1))]}" 2>/dev/null || { tail -20 "$data/node-$1.log"; echo "node $1 ended"; exit 1; }
    if node -e "fetch('http://127.0.0.1:855$1/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; then
      echo "node $1 is ready: http://127.0.0.1:808$1, management http://127.0.0.1:855$1, log $data/node-$1.log"
      return
    fi
    sleep 0.5
  done
  echo "node $1 is not ready; see $data/node-$1.log"
  exit 1
}

start 1 ETIBAR_DATABASE_PORT=54321
await_ready 1
# The first node has made the database's password, the key of the personal data and the one that signs tokens.
export ETIBAR_TOKEN_KEY_FILE=$data/node-1/keys/token.jwk
for n in 2 3; do
  start "$n" ETIBAR_DATABASE_URL=jdbc:postgresql://127.0.0.1:54321/etibar ETIBAR_DATABASE_USER=etibar \
    ETIBAR_DATABASE_PASSWORD="$(cat "$data/node-1/postgres.password")" ETIBAR_MASTER_KEY="$(cat "$data/node-1/master.key")"
done
await_ready 2
await_ready 3
echo "Three nodes. Ctrl-C ends them."
wait
