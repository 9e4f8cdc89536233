# Stand-in for the watchdog that obd leaves in the home of an ODP: obproxyd.sh HOME IP PORT. Started so, it goes to the background.
#
# What it is known for (odp-mechanics.md section 2.4):
#  - it replaces the watchdog named in run/obproxyd-IP-PORT.pid and kills, with SIGKILL, the ODP named in run/obproxy-IP-PORT.pid;
#  - every second it looks whether the process it remembers is there, and starts another one when it is not;
#  - it finds that one by the end of its command line, so it never finds the successor of a hot restart;
#  - without a pid it looks at /proc itself, which is always there: it lives on and watches nothing.
home=$1 ip=$2 port=$3

if [ "$4" != daemon ]; then
  nohup "${BASH:-/bin/sh}" "$0" "$home" "$ip" "$port" daemon </dev/null >/dev/null 2>&1 &
  exit 0
fi

mine=$home/run/obproxyd-$ip-$port.pid
theirs=$home/run/obproxy-$ip-$port.pid

# The one this process is known by must not be the one it kills.
[ -s "$mine" ] && kill -9 "$(cat "$mine")" 2>/dev/null
echo $$ >"$mine" || exit

pid=$(cat "$theirs" 2>/dev/null)
[ -d "/proc/$pid" ] || exit 0
kill -9 "$pid" 2>/dev/null

# Prints the pids of the processes whose command line ends so.
running() {
  for process in /proc/[0-9]*; do
    case $(tr '\0' ' ' <"$process/cmdline") in *"$1 ") echo "${process#/proc/}" ;; esac
  done 2>/dev/null
}

while sleep 1; do
  [ -d "/proc/$pid" ] && continue
  cd "$home" || exit
  "$home/bin/obproxy" --listen_port "$port"
  pid=$(running "$home/bin/obproxy --listen_port $port")
  # May name none, or several that are about to end.
  echo $pid >"$theirs" || exit
done
