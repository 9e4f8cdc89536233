#!/bin/sh
# Stand-in for systemctl on a machine without systemd: show, start and stop of units that keep one process running, as a unit with Restart=always does.
# A unit is a directory of its name beside this script; its file "home" says where ./bin/obproxy -N is run.
units=$(dirname "$(readlink -f "$0")")/units
task=$1
for word in "$@"; do unit=$word; done
unit=$units/${unit%.service}

main() {
  pid=0
  { read -r pid <"$unit/pid"; } 2>/dev/null
  [ -n "$pid" ] && [ -d "/proc/$pid" ] || pid=0
}

# What process 1 of a machine with systemd does for a unit.
keep() {
  cd "$(cat "$unit/home")" || exit 1
  # An ODP in the foreground signals its parent when it leaves.
  trap '' USR1 USR2
  while [ -d "$unit" ] && [ ! -e "$unit/stopped" ]; do
    ./bin/obproxy -N </dev/null >/dev/null 2>&1 &
    echo $! >"$unit/pid"
    wait $!
    echo ended >>"$unit/log"
    sleep 0.2
  done
}

case $task in
  show)
    main
    loaded=loaded
    [ -d "$unit" ] || loaded=not-found
    case $* in *LoadState*) echo "LoadState=$loaded" ;; esac
    echo "MainPID=$pid"
    ;;
  start)
    if [ ! -d "$unit" ]; then
      echo "Failed to start ${unit##*/}.service: Unit ${unit##*/}.service not found." >&2
      exit 5
    fi
    echo start >>"$unit/log"
    rm -f "$unit/stopped"
    setsid "$0" keep "${unit##*/}" </dev/null >/dev/null 2>&1 &
    ;;
  stop)
    echo stop >>"$unit/log"
    : >"$unit/stopped"
    main
    [ "$pid" != 0 ] || exit 0
    kill "$pid"
    while [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status"; do sleep 0.1; done
    ;;
  keep) keep ;;
esac
