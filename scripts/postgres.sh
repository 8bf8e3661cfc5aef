#!/usr/bin/env bash
# Runs a command with a temporary PostgreSQL server:
#
#   scripts/postgres.sh go test ./...
#
# The server listens on a free loopback port, runs without fsync in a temporary directory, in memory
# where the machine has enough of it, and is stopped and deleted when the command exits or the script is
# interrupted. Its URL is passed in HUIMIAN_TEST_POSTGRES_URL. If that variable is set already, no server
# is started.
set -euo pipefail

log() { echo "postgres.sh: $*" >&2; }

if [ $# -eq 0 ]; then
  log "give a command to run"
  exit 2
fi
if [ -n "${HUIMIAN_TEST_POSTGRES_URL:-}" ]; then
  exec "$@"
fi

# find_server prints the directory of initdb and pg_ctl, the newest version first.
find_server() {
  local dir
  while read -r dir; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then
      echo "$dir"
      return 0
    fi
  done < <(
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -rV
    dirname "$(command -v initdb || echo /none/initdb)"
  )
  return 1
}

install_server() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || ! $sudo true 2>/dev/null; then
    log "PostgreSQL's initdb and pg_ctl were not found: install a PostgreSQL server (Debian: apt-get install postgresql pgbouncer)"
    return 1
  fi
  log "installing PostgreSQL and PgBouncer"
  $sudo apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends postgresql pgbouncer >/dev/null
}

bin=$(find_server) || { install_server && bin=$(find_server); }

# Each test creates a database of some hundred files: 0.6 s on a disk, 0.04 s in memory.
parent=${TMPDIR:-/tmp}
memory_kib=$(df --output=avail /dev/shm 2>/dev/null | tail -1 || true)
if [ "${memory_kib:-0}" -ge $((6 * 1024 * 1024)) ] && [ -w /dev/shm ]; then
  parent=/dev/shm
fi

dir=$(mktemp -d "$parent/huimian-postgres.XXXXXX")
chmod 711 "$dir"
mkdir "$dir/socket"

# PostgreSQL does not run as root.
run_as=()
if [ "$(id -u)" -eq 0 ]; then
  user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  chown -R "$user" "$dir"
  run_as=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups env "HOME=$dir")
fi

# shellcheck disable=SC2317 # called by the trap
stop_server() {
  "${run_as[@]}" "$bin/pg_ctl" --pgdata "$dir/data" --mode immediate --wait stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop_server EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Tests open thousands of connections: MD5 instead of SCRAM saves a twentieth of their CPU time. The
# password is random and dies with the server.
password=$(head -c 18 /dev/urandom | base64 | tr -d '+/=')
echo "$password" >"$dir/password"
chmod 644 "$dir/password" # read by the server's user; deleted below
(cd "$dir" && "${run_as[@]}" "$bin/initdb" --pgdata "$dir/data" --username huimian --pwfile "$dir/password" \
  --auth md5 --encoding UTF8 --locale C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1) || {
  cat "$dir/initdb.log" >&2
  exit 1
}
rm "$dir/password"

# The port may be in use, so try a few times.
start_server() {
  local port=$1
  (cd "$dir" && "${run_as[@]}" "$bin/pg_ctl" --pgdata "$dir/data" --log "$dir/data/log" --wait --timeout 60 start -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir/socket -c max_connections=400 \
     -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB -c max_wal_size=256MB" >/dev/null 2>&1)
}
for attempt in 1 2 3 4 5; do
  port=$((20000 + RANDOM % 12000))
  if start_server "$port"; then
    break
  fi
  if [ "$attempt" -eq 5 ]; then
    cat "$dir/data/log" >&2
    exit 1
  fi
done

export HUIMIAN_TEST_POSTGRES_URL="postgres://huimian:$password@127.0.0.1:$port/postgres?sslmode=disable"
status=0
"$@" || status=$?
exit "$status"
