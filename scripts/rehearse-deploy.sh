#!/usr/bin/env bash
# Runs the steps of deploy/Dockerfile and deploy/compose.yaml without a container engine: builds the program in
# a copy of the sources, migrates a throw-away PostgreSQL, creates the role of the runners, and runs server and
# runner as users without privileges. Needs root, in order to change the user.
#
#   scripts/postgres.sh scripts/rehearse-deploy.sh
set -euo pipefail
cd "$(dirname "$0")/.."

log() { echo "== rehearse-deploy: $*"; }
if [ "$(id -u)" -ne 0 ] || [ -z "${HUIMIAN_TEST_POSTGRES_URL:-}" ]; then
  echo "rehearse-deploy.sh: run it as root, by scripts/postgres.sh" >&2
  exit 2
fi

work=$(mktemp -d /tmp/huimian-rehearsal.XXXXXX)
started=()
# shellcheck disable=SC2317 # called by the trap
stop() {
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$work"

log "build in a copy of the sources, without the files of Dockerfile.dockerignore"
mkdir "$work/src"
tar -c --exclude=./bin --exclude=./data --exclude=./docs --exclude=./deploy --exclude=node_modules --exclude='./web/dist/*' \
  --exclude=./web/e2e --exclude=testdata --exclude='*.env' . | tar -x -C "$work/src"
touch "$work/src/web/dist/.gitkeep"
make -C "$work/src" bin/huimian
mkdir "$work/bin"
cp "$work/src/bin/huimian" "$work/bin/"
"$work/bin/huimian" version --json

# The database of compose.yaml, and its roles. psql is beside the server's programs where it is not in PATH.
PATH=$PATH:$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
psql "$HUIMIAN_TEST_POSTGRES_URL" -q -c 'CREATE DATABASE huimian_rehearsal'
database=${HUIMIAN_TEST_POSTGRES_URL/\/postgres?/\/huimian_rehearsal?}
password=rehearsal1
hostport=${database#*@}

# exec_unprivileged runs a program as a user and with an environment of its own, like an image with USER.
exec_unprivileged() {
  local dir=$1
  shift
  install -d -o 65532 -g 65532 "$work/$dir"
  cd "$work/$dir"
  exec setpriv --reuid=65532 --regid=65532 --clear-groups --bounding-set=-all --no-new-privs \
    env -i HOME="$work/$dir" PATH=/usr/local/bin:/usr/bin:/bin "$@"
}

settings=(
  HUIMIAN_LISTEN=127.0.0.1:0 HUIMIAN_PUBLIC_URL=https://interview.example.com "HUIMIAN_DATABASE_URL=$database"
  HUIMIAN_SANDBOX=runners HUIMIAN_TRUSTED_PROXIES=172.30.93.2 HUIMIAN_COMPANY_NAME=Example HUIMIAN_SEND=off
  HUIMIAN_WECOM_CORP_ID=wwsim0000000001 HUIMIAN_WECOM_AGENT_ID=1000002 HUIMIAN_WECOM_SECRET=sample-app-secret
  HUIMIAN_WECOM_TOKEN=SampleToken2026 HUIMIAN_WECOM_ENCODING_AES_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8
  HUIMIAN_WECOM_BASE_URL=http://127.0.0.1:1
)

log "migrate, and create the role of the runners (twice: the file may run again)"
(exec_unprivileged server "${settings[@]}" "$work/bin/huimian" migrate)
for _ in 1 2; do
  psql "$database" -q -v ON_ERROR_STOP=1 -v password="$password" -f deploy/runner-role.sql
done

# await_output waits two minutes for a text in a file, while the process lives.
await_output() {
  local file=$1 text=$2 pid=$3 end=$((SECONDS + 120))
  until grep -q "$text" "$file"; do
    if [ "$SECONDS" -gt "$end" ] || ! kill -0 "$pid" 2>/dev/null; then
      cat "$file"
      return 1
    fi
    sleep 0.2
  done
}

log "serve as the user 65532"
exec_unprivileged server "${settings[@]}" "$work/bin/huimian" serve >"$work/server.log" 2>&1 &
server=$!
started+=("$server")
await_output "$work/server.log" '"msg":"serving"' "$server"
address=$(grep -o '"address":"[^"]*"' "$work/server.log" | head -1 | cut -d'"' -f4)
curl -fsS "http://$address/readyz"
curl -fsS "http://$address/" | grep -q '<div id="root"' || { echo "the front end is not served" >&2; exit 1; }

if [ -x bin/runsc ]; then
  log "run programs as the user 65532, with the role of the runners"
  cp bin/runsc "$work/bin/"
  exec_unprivileged runner HUIMIAN_DATABASE_URL="postgres://huimian_runner:$password@$hostport" HUIMIAN_SANDBOX_DIR="$work/runner/sandbox" \
    "$work/bin/huimian" runner >"$work/runner.log" 2>&1 &
  runner=$!
  started+=("$runner")
  await_output "$work/runner.log" '"msg":"programs can be run"' "$runner"
  grep '"msg":"programs can be run"' "$work/runner.log"
  for _ in $(seq 50); do
    curl -fsS "http://$address/readyz" >"$work/readyz"
    grep -q 'runners: 1' "$work/readyz" && break
    sleep 0.2
  done
  cat "$work/readyz"
  grep -q 'runners: 1' "$work/readyz"
else
  log "bin/runsc is missing (make runsc): no runner is started"
fi
log "done"
