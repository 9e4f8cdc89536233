#!/bin/bash
# Stand-in for the script of the RPM: obproxyd.sh -c start|stop|status|checkalive [-p PORT] [-n APP] [-r] [-t LIST] [-s CLUSTER] [-u URL]
#
# What it is known for (odp-mechanics.md sections 2.3 and 2.4):
#  - it knows processes by their name alone: whatever is called obproxy counts as its own, of any home, port and user;
#  - checkalive starts an ODP, every second, as long as none is found or 127.0.0.1:PORT does not answer;
#  - stop kills all watchdogs (SIGKILL), then all ODPs (SIGTERM, and SIGKILL after three seconds).
#
# The real one looks at the whole host. This one looks at the processes whose working directory is below $scope, which stands for the host.
scope=@SCOPE@

root=$(dirname "$(dirname "$(readlink -f "$0")")")
command= port=2883 app= list= cluster= url=

while getopts c:n:i:p:t:rs:u:h option; do
  case $option in
    c) command=$OPTARG ;;
    n) app=$OPTARG ;;
    p) port=$OPTARG ;;
    t) list=$OPTARG ;;
    s) cluster=$OPTARG ;;
    u) url=$OPTARG ;;
    r | i) ;;
    *)
      echo "usage: $(basename "$0") -c start|stop|status|checkalive"
      exit 255
      ;;
  esac
done

cd "$root" || exit 1

# Prints the pids of the processes with this name and, if given, this word among their arguments.
named() {
  local process comm cwd
  for process in /proc/[0-9]*; do
    { read -r comm <"$process/comm"; } 2>/dev/null || continue
    [ "$comm" = "$1" ] || continue
    cwd=$(readlink "$process/cwd") || continue
    case $cwd/ in "${scope%/}"/*) ;; *) continue ;; esac
    [ -z "$2" ] || tr '\0' '\n' <"$process/cmdline" | grep -qx -- "$2" || continue
    echo "${process#/proc/}"
  done 2>/dev/null
}

# Whether something speaks first on the port, as an ODP does.
answers() {
  timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && head -c 1 <&3 | grep -q .' - "$port" 2>/dev/null
}

launch() {
  set -- -p "$port"
  [ -z "$app" ] || set -- "$@" -n "$app"
  if [ -n "$list" ]; then
    "$root/bin/obproxy" "$@" -c "$cluster" -r "$list" -o obproxy_config_server_url=
  else
    "$root/bin/obproxy" "$@" -o "obproxy_config_server_url=$url"
  fi
}

case $command in
  start)
    if [ -n "$(named obproxyd.sh checkalive)" ]; then
      echo "obproxy already started"
      exit 0
    fi
    set -- -c checkalive -p "$port"
    [ -z "$app" ] || set -- "$@" -n "$app"
    if [ -n "$list" ]; then
      set -- "$@" -r -t "$list" -s "$cluster"
    else
      set -- "$@" -u "$url"
    fi
    nohup ./bin/obproxyd.sh "$@" </dev/null >/dev/null 2>&1 &
    echo "obproxy started"
    ;;
  stop)
    kill -9 $(named obproxyd.sh checkalive) 2>/dev/null
    kill -15 $(named obproxy) 2>/dev/null
    for second in 1 2 3; do
      [ -n "$(named obproxy)" ] || break
      sleep 1
    done
    kill -9 $(named obproxy) 2>/dev/null
    echo "obproxy stopped"
    ;;
  status)
    if [ -n "$(named obproxy)" ]; then
      echo "ObProxy is running ..."
    else
      echo "ObProxy is stopped"
    fi
    ;;
  checkalive)
    while :; do
      if [ -z "$(named obproxy)" ] || ! answers; then
        launch
      fi
      sleep 1
    done
    ;;
  *)
    echo "no such command: $command"
    exit 255
    ;;
esac
