# Runs on the host of an ODP, in any POSIX sh, from standard input: nothing is installed there.
# Arguments: count nonce mode home port port-in-hex ...; every line it prints begins with the nonce, so that banners are told apart.
# Processes are found by working directory and socket, never by name alone.
# It is run often, on hosts whose processors belong to an ODP: what the shell can do itself starts no process.

rc_nl='
'

rc_say() {
  printf '%s %s\n' "$rc_nonce" "$*"
}

# Sockets that listen on the port: prints them, leaves their inodes in rc_inodes and the users they belong to in rc_uids.
rc_listeners() {
  rc_inodes= rc_uids=
  rc_table=$(grep -h -E "^ *[0-9]+: [0-9A-F]+:$rc_hex [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  while read -r rc_1 rc_local rc_3 rc_4 rc_5 rc_6 rc_7 rc_uid rc_9 rc_inode rc_rest; do
    [ -n "$rc_inode" ] || continue
    rc_inodes="$rc_inodes $rc_inode"
    case " $rc_uids " in *" $rc_uid "*) ;; *) rc_uids="$rc_uids $rc_uid" ;; esac
    [ -n "$1" ] || rc_say "listen ${rc_local%:*} $rc_inode $rc_uid"
  done <<ROLLCALL_TABLE
$rc_table
ROLLCALL_TABLE
}

# Whether the process holds one of the sockets in $2 (inodes); leaves which one in rc_held.
rc_holds() {
  rc_fds=$(ls -ln "/proc/$1/fd" 2>/dev/null)
  for rc_held in $2; do
    case $rc_fds in *"socket:[$rc_held]"*) return 0 ;; esac
  done
  rc_held=0
  return 1
}

# Whether a process of this home listens on the port. Another ODP may listen on the same port of another address.
rc_own_listens() {
  rc_listeners quiet
  [ -n "$rc_inodes" ] || return 1
  for rc_p in /proc/[0-9]*; do
    [ "$rc_p/cwd" -ef "$rc_home" ] && rc_holds "${rc_p#/proc/}" "$rc_inodes" && return 0
  done
  return 1
}

# Whether one of the sockets in $1 (inodes) still listens on the port.
rc_still_listens() {
  rc_listeners quiet
  for rc_i in $1; do
    case " $rc_inodes " in *" $rc_i "*) return 0 ;; esac
  done
  return 1
}

# Inodes of all sockets that listen on this host.
rc_all_listeners() {
  grep -h -E '^ *[0-9]+: [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:0000 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '{print $10}'
}

# Fields of /proc/PID/stat after the name: leaves rc_state, rc_ppid, rc_ticks.
rc_stat() {
  rc_line=
  { read -r rc_line <"/proc/$1/stat"; } 2>/dev/null || return 1
  rc_line=${rc_line##*) }
  # shellcheck disable=SC2086 # split on purpose, numbers only
  set -- $rc_line
  rc_state=$1 rc_ppid=$2 rc_ticks=${20}
  [ -n "$rc_ticks" ]
}

# The user that a process acts as: leaves it in rc_user, empty when there is none such.
rc_acts_as() {
  rc_user=
  while read -r rc_1 rc_2 rc_user rc_rest; do
    [ "$rc_1" != Uid: ] || return 0
  done 2>/dev/null <"/proc/$1/status"
  rc_user=
}

# The user that this script acts as, in rc_me.
rc_whoami() {
  [ -z "${rc_me:-}" ] || return 0
  rc_acts_as self
  rc_me=${rc_user:-$(id -u)}
}

# The number after a name in a file of such, such as /proc/meminfo: leaves it in rc_number.
rc_number_of() {
  while read -r rc_1 rc_number rc_rest; do
    [ "$rc_1" != "$1" ] || return 0
  done 2>/dev/null <"$2"
  rc_number=
}

# The value of OBPROXY_ROOT in the environment of a process: leaves it in rc_root.
rc_root_of() {
  rc_root=$rc_nl$(tr '\0' '\n' 2>/dev/null <"/proc/$1/environ")
  case $rc_root in
    *"${rc_nl}OBPROXY_ROOT="*)
      rc_root=${rc_root#*"${rc_nl}"OBPROXY_ROOT=}
      rc_root=${rc_root%%"$rc_nl"*}
      ;;
    *) rc_root= ;;
  esac
}

# The systemd service that a process belongs to: leaves it in rc_group.
rc_group_of() {
  rc_group=
  while IFS= read -r rc_a; do
    case $rc_a in
      *:*:*/*.service)
        rc_group=${rc_a##*/}
        return
        ;;
    esac
  done 2>/dev/null <"/proc/$1/cgroup"
}

rc_name() {
  rc_comm=
  { read -r rc_comm <"/proc/$1/comm"; } 2>/dev/null
  [ -n "$rc_comm" ]
}

# Is that very process alive, in the home, and not a zombie?
rc_alive() {
  rc_stat "$1" || return 1
  case $rc_state in Z | X) return 1 ;; esac
  [ "$rc_ticks" = "$2" ] && [ "/proc/$1/cwd" -ef "$rc_home" ]
}

# Prints the processes of this ODP; leaves in rc_any whether there is one, and in rc_mine whether one is there that is no other ODP of the same home.
rc_processes() {
  rc_any=0 rc_mine=0 rc_base=
  for rc_p in /proc/[0-9]*; do
    [ "$rc_p/cwd" -ef "$rc_home" ] || continue
    rc_pid=${rc_p#/proc/}
    rc_name "$rc_pid" && rc_stat "$rc_pid" || continue
    case $rc_state in Z | X) continue ;; esac
    rc_parent=$rc_ppid rc_of=$rc_comm rc_else=0
    if [ -n "$rc_inodes" ] && rc_holds "$rc_pid" "$rc_inodes"; then
      rc_has=$rc_held
    else
      rc_has=0
      [ "$rc_of" = obproxy ] || [ "$rc_p/exe" -ef "$rc_home/bin/obproxy" ] || continue
      rc_holds "$rc_pid" "$(rc_all_listeners)" && rc_else=1
    fi
    rc_any=1
    [ "$rc_else" = 1 ] || rc_mine=1
    rc_say "proc $rc_pid $rc_ticks $rc_state $rc_parent $rc_has $rc_else $rc_of"
    rc_name "$rc_parent" && rc_say "parent $rc_pid $rc_comm"
    # In a container, seen from outside: it has other numbers there, or a network whose sockets are not listed here.
    if [ -e "$rc_p/ns/pid" ] && ! [ "$rc_p/ns/pid" -ef /proc/self/ns/pid ]; then
      rc_say "inner $rc_pid $(sed -n 's/^NSpid:.*[^0-9]\([0-9]*\)$/\1/p' "$rc_p/status" 2>/dev/null)"
    fi
    if [ -e "$rc_p/ns/net" ] && ! [ "$rc_p/ns/net" -ef /proc/self/ns/net ]; then
      rc_say "network $rc_pid"
    fi
    [ "$rc_full" = 1 ] || continue
    case $rc_nl$(tr '\0' '\n' 2>/dev/null <"$rc_p/cmdline")$rc_nl in
      *"$rc_nl-N$rc_nl"* | *"$rc_nl--nodaemon$rc_nl"*) rc_say "foreground $rc_pid" ;;
    esac
    rc_root_of "$rc_pid"
    [ -z "$rc_root" ] || rc_say "root $rc_pid $rc_root"
    [ "$rc_has" = 0 ] || rc_base=$rc_root
    rc_acts_as "$rc_pid"
    rc_owner "$rc_user"
    rc_group_of "$rc_pid"
    if [ -n "$rc_unit" ] && { [ "$rc_group" = "$rc_unit" ] || [ "$rc_group" = "$rc_unit.service" ]; }; then
      rc_say "member $rc_pid"
    fi
    for rc_s in "$rc_group" "$rc_unit"; do
      if [ -n "$rc_s" ] && command -v systemctl >/dev/null 2>&1; then
        rc_main=$(systemctl show -p MainPID "$rc_s" 2>/dev/null </dev/null)
        [ "$rc_main" != "MainPID=$rc_pid" ] || rc_say "unit $rc_pid $rc_s"
      fi
    done
  done
}

# systemctl, as root or as sudo lets: what is asked of it, then the unit; at most $1 seconds.
rc_systemctl() {
  rc_limit=$1
  shift
  if [ "$(id -u)" = 0 ]; then
    timeout "$rc_limit" systemctl "$@" "$rc_unit" </dev/null 2>&1 9>&-
  else
    timeout "$rc_limit" sudo -n systemctl "$@" "$rc_unit" </dev/null 2>&1 9>&-
  fi
}

# What systemd says of the unit that the ODP is defined to be started by.
rc_service() {
  [ -n "$rc_unit" ] || return
  if ! command -v systemctl >/dev/null 2>&1; then
    rc_say "missing systemctl"
    return
  fi
  timeout 10 systemctl show -p LoadState -p MainPID "$rc_unit" 2>/dev/null </dev/null | sed "s/^/$rc_nonce service /"
  if [ "$(id -u)" = 0 ] || { sudo -n -l systemctl stop "$rc_unit" && sudo -n -l systemctl start "$rc_unit"; } >/dev/null 2>&1 </dev/null; then
    rc_say "service Allowed=yes"
  else
    rc_say "service Allowed=no"
  fi
}

# Whether the process is a watchdog of this very ODP, by what its command line tells it to watch; leaves whose in rc_dog. A name, or a pid in
# a file, says nothing: they may be another installation's.
rc_watches() {
  rc_dog= rc_at=0 rc_1= rc_3= rc_4= rc_task= rc_its= rc_last=
  while IFS= read -r rc_a; do
    if [ "$rc_at" = 0 ]; then
      case $rc_a in obproxyd.sh | */obproxyd.sh) rc_at=1 ;; esac
      continue
    fi
    case $rc_at in
      1) rc_1=$rc_a ;;
      3) rc_3=$rc_a ;;
      4) rc_4=$rc_a ;;
    esac
    rc_at=$((rc_at + 1))
    case $rc_last in
      -c) rc_task=$rc_a ;;
      -p) rc_its=$rc_a ;;
    esac
    rc_last=$rc_a
  done <<ROLLCALL_ARGUMENTS
$(tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null)
ROLLCALL_ARGUMENTS
  if [ "$rc_4" = daemon ]; then
    # obd: HOME IP PORT daemon
    [ "$rc_3" = "$rc_port" ] && [ "$rc_1" -ef "$rc_home" ] && rc_dog=obd
  elif [ "$rc_task" = checkalive ]; then
    # The RPM's goes to its home before anything else.
    [ "/proc/$1/cwd" -ef "$rc_home" ] && [ "${rc_its:-$rc_port}" = "$rc_port" ] && rc_dog=rpm
  elif [ "$rc_at" != 0 ] && [ "/proc/$1/cwd" -ef "$rc_home" ] && rc_named_by_file "$1"; then
    rc_dog=unknown
  fi
  [ -n "$rc_dog" ]
}

rc_named_by_file() {
  for rc_f in "$rc_home"/run/obproxyd-*-"$rc_port".pid; do
    rc_named=
    { read -r rc_named <"$rc_f"; } 2>/dev/null
    [ "$rc_named" != "$1" ] || return 0
  done
  return 1
}

# Does to a watchdog of this ODP what $1 says: it and no other process is meant by pid and start.
rc_handle() {
  if ! rc_stat "$2" || [ "$rc_ticks" != "$3" ] || [ "$rc_state" = Z ] || ! rc_watches "$2"; then
    rc_say "H gone"
    return
  fi
  case $1 in
    suspend) rc_signal=STOP ;;
    resume) rc_signal=CONT ;;
    end) rc_signal=KILL ;;
    *) return ;;
  esac
  if ! kill "-$rc_signal" "$2" 2>/dev/null; then
    rc_say "H refused"
    return
  fi
  if [ "$1" = end ]; then
    # Who finds its pid there later might kill whoever has it then.
    for rc_f in "$rc_home"/run/obproxyd-*-"$rc_port".pid; do
      rc_w=
      { read -r rc_w <"$rc_f"; } 2>/dev/null
      [ "$rc_w" != "$2" ] || rm -f "$rc_f"
    done
  fi
  rc_n=0
  while rc_stat "$2" && [ "$rc_ticks" = "$3" ] && [ "$rc_n" -lt 20 ]; do
    case $1$rc_state in suspendT | end[ZX] | resume[!T]) break ;; esac
    sleep 0.1
    rc_n=$((rc_n + 1))
  done
  rc_say "H ok"
}

# obd and obshell find an ODP by files that it does not write itself. Those there are get the pid of the process that serves.
rc_pidfiles() {
  [ "/proc/$1/cwd" -ef "$rc_home" ] || return 0
  [ "$rc_launcher" != obshell ] || [ -e "$rc_home/run/obproxy.pid" ] || (: >"$rc_home/run/obproxy.pid") 2>/dev/null
  for rc_f in "$rc_home"/run/obproxy-*-"$rc_port".pid "$rc_home/run/obproxy.pid"; do
    [ -f "$rc_f" ] && [ -w "$rc_f" ] || continue
    rc_w=
    { read -r rc_w <"$rc_f"; } 2>/dev/null
    [ "$rc_w" != "$1" ] || continue
    # obshell's has no port in its name: it may be of another ODP of the same home.
    case $rc_f in
      */obproxy.pid) case $rc_w in '' | *[!0-9]*) ;; *) ! rc_serves_elsewhere "$rc_w" || continue ;; esac ;;
    esac
    # A full disk must not leave it empty.
    (umask 022 && printf '%s\n' "$1" >"$rc_f.rollcall" && cat "$rc_f.rollcall" >"$rc_f")
    rm -f "$rc_f.rollcall"
  done 2>/dev/null
}

# Whether the process is an ODP of this home that listens, and not on this port.
rc_serves_elsewhere() {
  [ "/proc/$1/cwd" -ef "$rc_home" ] || return 1
  rc_listeners quiet
  ! rc_holds "$1" "$rc_inodes" || return 1
  rc_holds "$1" "$(rc_all_listeners)"
}

rc_watchdogs() {
  # The brackets keep grep from finding itself.
  for rc_f in $(grep -l 'obproxyd[.]sh' /proc/[0-9]*/cmdline 2>/dev/null); do
    rc_w=${rc_f#/proc/}
    rc_w=${rc_w%/cmdline}
    rc_stat "$rc_w" && [ "$rc_state" != Z ] && rc_watches "$rc_w" || continue
    rc_kind=$rc_dog rc_since=$rc_ticks rc_how=$rc_state
    # A shell that runs a command has a copy of itself for a moment.
    ! rc_watches "$rc_ppid" || continue
    if kill -0 "$rc_w" 2>/dev/null; then rc_may=1; else rc_may=0; fi
    rc_say "watchdog $rc_kind $rc_w $rc_since $rc_how $rc_may"
  done
}

rc_layouts() {
  for rc_f in "$rc_home/obproxyd.sh" "$rc_home"/run/obproxy-*-"$rc_port".pid; do
    [ ! -f "$rc_f" ] || { rc_say "layout obd" && break; }
  done
  [ ! -f "$rc_home/run/obproxy.pid" ] || rc_say "layout obshell"
  [ ! -f "$rc_home/bin/obproxyd.sh" ] || rc_say "layout rpm"
}

# Names the user that the ODP belongs to when the script does not run as that one.
rc_owner() {
  rc_whoami
  case $1 in '' | "$rc_me") ;; *) rc_say "owner $(id -nu "$1" 2>/dev/null || printf %s "$1")" ;; esac
}

rc_etc() {
  # Where the process that has the port says, or where the next one will be told to look.
  [ "$rc_any" = 1 ] || rc_base=$(
    OBPROXY_ROOT=
    rc_environment
    printf %s "$OBPROXY_ROOT"
  )
  rc_e=${rc_base:-$rc_home}/etc
  if [ ! -d "$rc_e" ]; then
    rc_say "etc missing"
  elif [ ! -r "$rc_e" ] || [ ! -x "$rc_e" ]; then
    rc_say "etc unreadable"
  elif [ ! -w "$rc_e" ]; then
    rc_say "etc unwritable"
  else
    rc_say "etc ok"
    # Who logs in as root may write everywhere, and what root starts is root's.
    [ "$rc_any" = 1 ] || rc_owner "$(stat -c %u "$rc_e" 2>/dev/null)"
  fi
}

rc_inspect() {
  rc_boot=
  { read -r rc_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  rc_say "boot $rc_boot"
  if cd -P "$rc_home" 2>/dev/null; then
    rc_say "home $PWD"
    cd /
  fi
  if [ "$rc_boot" != "$rc_known" ]; then
    rc_say "btime $(sed -n 's/^btime //p' /proc/stat)"
    rc_say "hz $(getconf CLK_TCK 2>/dev/null || printf 100)"
    # It is asked once in a session.
    rc_known=$rc_boot
  fi
  rc_listeners
  if [ -n "$rc_inodes" ]; then
    rc_whoami
    rc_say "me $rc_me"
    for rc_u in $rc_uids; do
      [ "$rc_u" = "$rc_me" ] || rc_say "user $rc_u $(id -nu "$rc_u" 2>/dev/null)"
    done
  fi
  rc_processes
  # Whether it could be started is asked of one that does not run, also in a short look.
  if [ "$rc_full" = 1 ] || [ "$rc_any" = 0 ]; then
    rc_watchdogs
    rc_layouts
    rc_service
    rc_etc
    for rc_t in flock setsid sync timeout tail sleep; do
      command -v "$rc_t" >/dev/null 2>&1 || rc_say "missing $rc_t"
    done
    if [ -x "$rc_home/bin/obproxy" ]; then rc_say "binary ok"; else rc_say "binary missing"; fi
  fi
  if [ -f "$rc_journal" ]; then
    sed "s/^/$rc_nonce J /" "$rc_journal" 2>/dev/null || rc_say "missing permission to read $rc_journal"
    printf '\n'
  fi
  rc_say end
}

# Appends a line to the journal and has it on disk before it returns 0. A break before each line separates it from a torn one.
rc_append() {
  { printf '\n%s ;\n' "$1" >>"$rc_journal"; } 2>/dev/null || return 1
  sync "$rc_journal" "$rc_dir" 2>/dev/null || return 1
  [ "$(tail -n 1 "$rc_journal" 2>/dev/null)" = "$1 ;" ]
}

rc_read() {
  # dash has no read -t, and head would read more than one line.
  timeout "$rc_lease" sh -c 'IFS= read -r l && printf "%s\n" "$l"' 9>&-
}

# Ends this shell when SIGUSR1 has not come to rc_keeper for $1 seconds, or for twice that at the latest. Two processes for each line, as rc_read
# has them, are too many for what is asked every few seconds.
rc_keep() {
  # Until the trap is set.
  trap '' USR1
  rc_stat "$$" && rc_since=$rc_ticks
  (
    trap 'rc_heard=1' USR1
    rc_heard=1
    while [ "$rc_heard" = 1 ]; do
      rc_heard=0
      sleep "$1"
    done
    rc_stat "$$" && [ "$rc_ticks" = "$rc_since" ] && kill "$$"
  ) </dev/null >/dev/null 2>&1 &
  rc_keeper=$!
}

# Says that the journal could not be written, and what room its disk has, in kB.
rc_unwritten() {
  rc_say "H unwritten $(df -Pk "$rc_dir" 2>/dev/null | awk 'NR == 2 { print $4 }')"
}

rc_rewrite() {
  rc_new=$rc_journal.new
  rc_shorten && return 0
  # Half of a journal is none, and takes room.
  rm -f "$rc_new"
  return 1
}

rc_shorten() {
  : >"$rc_new" 2>/dev/null || return 1
  while rc_l=$(rc_read); do
    [ "$rc_l" != . ] || break
    { printf '\n%s ;\n' "$rc_l" >>"$rc_new"; } 2>/dev/null || return 1
  done
  [ "$rc_l" = . ] || return 1
  sync "$rc_new" 2>/dev/null && mv -f "$rc_new" "$rc_journal" && sync "$rc_dir" 2>/dev/null
}

# The process that carries this SSH session and every tunnel in it, where we may end it: leaves pid:ticks in rc_session. It is an SSH server's, with
# nothing but shells in between: what else there is in between may have come over an SSH session that is none of ours.
rc_find_session() {
  rc_session= rc_s=$$
  while rc_stat "$rc_s"; do
    rc_s=$rc_ppid
    rc_name "$rc_s" || return
    case $rc_comm in
      sh | dash | ash | bash | rbash | ksh* | mksh | zsh | csh | tcsh | fish | busybox) ;;
      sshd | sshd-session | dropbear)
        # Not the one that waits for everybody's connections.
        rc_holds "$rc_s" "$(rc_all_listeners)" && return
        rc_stat "$rc_s" && kill -0 "$rc_s" 2>/dev/null && rc_session=$rc_s:$rc_ticks
        return
        ;;
      *) return ;;
    esac
  done
}

rc_session_lives() {
  [ -n "$rc_session" ] && rc_stat "${rc_session%:*}" && [ "$rc_ticks" = "${rc_session#*:}" ] && [ "$rc_state" != Z ]
}

# An agent that was given up may be asleep, with SQL on its lips: its tunnel goes before the lock does.
rc_end_session() {
  rc_session_lives || return
  kill -TERM "${rc_session%:*}" 2>/dev/null
  rc_n=0
  while rc_session_lives; do
    rc_n=$((rc_n + 1))
    [ "$rc_n" -lt 20 ] || kill -KILL "${rc_session%:*}" 2>/dev/null
    sleep 0.1
  done
  # What had passed the tunnel already is answered by then.
  sleep 1
}

# Keeps the lock while lines come: the agent's heartbeats and orders. Silence, or the end of the connection, lets it go.
rc_hold() {
  rc_wait=$1 rc_lease=$2 rc_alone=$3 rc_session=
  rc_umask=$(umask)
  case $rc_umask in 00[0-7][0-7] | 0[0-7][0-7]) ;; *) rc_umask=022 ;; esac
  if [ ! -d "$rc_home" ]; then
    rc_say "H nohome"
    return
  fi
  # Whatever umask the login has, what is made here can be used, and the lock and journal by nobody else.
  umask 022
  mkdir -p "$rc_home/run" 2>/dev/null
  umask 077
  mkdir -p "$rc_dir" 2>/dev/null
  if ! (: >>"$rc_lock") 2>/dev/null; then
    rc_say "H unwritable"
    return
  fi
  exec 9>>"$rc_lock"
  rc_waited=0
  until flock -w 2 9; do
    rc_waited=$((rc_waited + 2))
    if [ "$rc_waited" -ge "$rc_wait" ]; then
      rc_say "H busy"
      return
    fi
    printf '%s H waiting\n' "$rc_nonce" || return
  done
  [ "$rc_alone" != alone ] || rc_find_session
  # Two have the lock, and whichever of them ends last sees to it that the SSH session has ended.
  trap '' HUP PIPE
  (rc_obey || {
    rc_end_session
    exit 1
  }) || rc_end_session
}

# Until it is told to let go.
rc_obey() {
  rc_say "H locked" || return
  rc_inspect || return
  while rc_order=$(rc_read); do
    case $rc_order in
      beat) rc_say "H ok" || return ;;
      look) rc_inspect || return ;;
      glance)
        rc_full=0
        rc_inspect || return
        rc_full=1
        ;;
      "append "*) if rc_append "${rc_order#append }"; then rc_say "H ok"; else rc_unwritten; fi ;;
      rewrite) if rc_rewrite; then rc_say "H ok"; else rc_unwritten; fi ;;
      working) if rc_works; then rc_say "H ok"; else rc_say "H idle"; fi ;;
      "work "*)
        # shellcheck disable=SC2086 # split on purpose: numbers and ids only
        rc_spawn ${rc_order#work }
        rc_say "H ok"
        ;;
      "watchdog "*)
        # shellcheck disable=SC2086 # split on purpose: a word and numbers
        rc_handle ${rc_order#watchdog }
        ;;
      "pidfiles "*)
        rc_pidfiles "${rc_order#pidfiles }"
        rc_say "H ok"
        ;;
      root) IFS= rc_odp_root=$(rc_read) && rc_say "H ok" ;;
      release) return 0 ;;
    esac
  done
  rc_say "H released"
  return 1
}

# The work goes on in a session of its own, with the lock, when the agent and this shell are gone.
rc_spawn() {
  RC_TEXT=$rc_text setsid sh -c 'rc_worker=1; rc_text=$RC_TEXT; unset RC_TEXT; eval "$rc_text"' rollcall-worker \
    "$(($# + 8))" "$rc_nonce" work "$rc_home" "$rc_port" "$rc_hex" "$rc_umask" "${rc_odp_root:-}" "$@" </dev/null >/dev/null 2>&1 &
  rc_job=$!
  rc_stat "$rc_job" && rc_job_ticks=$rc_ticks
}

# Whether the work that was begun goes on.
rc_works() {
  [ -n "${rc_job:-}" ] && rc_stat "$rc_job" && [ "$rc_ticks" = "${rc_job_ticks:-}" ] && [ "$rc_state" != Z ]
}

rc_work() {
  trap '' HUP PIPE INT
  rc_umask=$1 rc_odp_root=$2 rc_kind=$3
  shift 3
  case $rc_kind in
    stop) rc_stop "$@" ;;
    start) rc_start "$@" ;;
  esac
}

rc_outcome() {
  umask 077
  rc_append "J1 outcome cmd=$1 result=$2${3:+ words=$3}"
}

rc_any_alive() {
  for rc_t in "$@"; do
    rc_alive "${rc_t%:*}" "${rc_t#*:}" && return 0
  done
  return 1
}

# command, tenths of a second to wait after TERM, and after KILL, then pid:ticks of each process
rc_stop() {
  rc_cmd=$1 rc_term=$2 rc_kill=$3 rc_how=stopped rc_mine=
  shift 3
  rc_listeners quiet
  for rc_t in "$@"; do
    [ -n "$rc_inodes" ] && rc_holds "${rc_t%:*}" "$rc_inodes" && rc_mine="$rc_mine $rc_held"
  done
  rc_n=0
  if [ "$rc_launcher" = systemd ]; then
    rc_systemctl "$(((rc_term + rc_kill) / 10 + 1))" stop >/dev/null
  elif [ "$rc_launcher" = command ] && [ -n "$rc_can_stop" ]; then
    rc_run rc_stop_command
    rc_stopping=$!
    while rc_any_alive "$@" && [ "$rc_n" -lt "$rc_term" ]; do
      sleep 0.1
      rc_n=$((rc_n + 1))
    done
    kill -TERM "$rc_stopping" 2>/dev/null
  fi
  # systemctl and a command of one's own may have done it all.
  for rc_t in "$@"; do
    rc_alive "${rc_t%:*}" "${rc_t#*:}" && kill -TERM "${rc_t%:*}" 2>/dev/null
  done
  rc_n=0
  while rc_any_alive "$@" && [ "$rc_n" -lt "$rc_term" ]; do
    sleep 0.1
    rc_n=$((rc_n + 1))
  done
  if rc_any_alive "$@"; then
    rc_how=killed
    for rc_t in "$@"; do
      rc_alive "${rc_t%:*}" "${rc_t#*:}" && kill -KILL "${rc_t%:*}" 2>/dev/null
    done
  fi
  rc_n=0
  while [ "$rc_n" -lt "$rc_kill" ]; do
    rc_any_alive "$@" || rc_still_listens "$rc_mine" || break
    sleep 0.1
    rc_n=$((rc_n + 1))
  done
  if rc_any_alive "$@"; then
    rc_how=alive
  elif rc_still_listens "$rc_mine"; then
    rc_how=port-held
  fi
  rc_outcome "$rc_cmd" "$rc_how"
}

# Runs a function in the home, with the environment of a start. Nothing of this script's own state, above all not the lock, may reach the ODP.
rc_run() {
  (
    trap - HUP PIPE INT
    umask "$rc_umask"
    LD_LIBRARY_PATH=$rc_home/lib
    export LD_LIBRARY_PATH
    if [ -n "$rc_odp_root" ]; then
      OBPROXY_ROOT=$rc_odp_root
      export OBPROXY_ROOT
    fi
    rc_environment
    cd "$rc_home" && "$1"
  ) </dev/null >/dev/null 2>&1 9>&- &
}

# As each tool starts it: a tool finds its ODP by the command line.
rc_binary() {
  case $rc_launcher in
    obd) exec "$rc_home/bin/obproxy" --listen_port "$rc_port" ;;
    rpm) exec "$rc_home/bin/obproxy" -p "$rc_port" ;;
    *) exec ./bin/obproxy ;;
  esac
}

# Lets obd's watchdog, suspended since the stop, start the ODP: only one that it has started is known to it. Whether there is a process then.
rc_let_start() {
  rc_stat "$1" && [ "$rc_ticks" = "$2" ] && rc_watches "$1" || return 1
  kill -CONT "$1" 2>/dev/null || return 1
  rc_n=0 rc_full=0
  while [ "$rc_n" -lt 50 ]; do
    sleep 0.1
    rc_n=$((rc_n + 1))
    rc_listeners quiet
    rc_processes >/dev/null
    [ "$rc_mine" = 0 ] || return 0
  done
  # It has lost its ODP, and must not find it again when it is there.
  rc_handle end "$1" "$2" >/dev/null
  rc_listeners quiet
  rc_processes >/dev/null
  [ "$rc_mine" = 1 ]
}

# command, tenths of a second to wait for the port, then kind:pid:ticks of a suspended watchdog
rc_start() {
  rc_cmd=$1 rc_max=$2 rc_waits=${3:-} rc_words=
  rc_dog_pid=${rc_waits#*:}
  rc_dog_ticks=${rc_dog_pid#*:}
  rc_dog_pid=${rc_dog_pid%:*}
  case $rc_launcher in
    systemd)
      if rc_words=$(rc_systemctl "$((rc_max / 10 + 1))" start); then
        rc_words=
      else
        rc_words=${rc_words:-systemctl start failed}
      fi
      ;;
    command) rc_run rc_start_command ;;
    *)
      if ! cd "$rc_home" 2>/dev/null || [ ! -x ./bin/obproxy ]; then
        rc_outcome "$rc_cmd" no-binary
        return
      fi
      case $rc_waits in
        obd:*) rc_let_start "$rc_dog_pid" "$rc_dog_ticks" || rc_run rc_binary ;;
        *) rc_run rc_binary ;;
      esac
      ;;
  esac
  rc_n=0
  while [ "$rc_n" -lt "$rc_max" ]; do
    sleep 0.1
    rc_n=$((rc_n + 1))
    ! rc_own_listens || break
    # systemd tells of a failure, and nothing comes after it.
    [ -z "$rc_words" ] || break
  done
  case $rc_waits in rpm:*) rc_handle resume "$rc_dog_pid" "$rc_dog_ticks" >/dev/null ;; esac
  if rc_own_listens; then
    rc_pidfiles "${rc_p#/proc/}"
    rc_outcome "$rc_cmd" started
  else
    # The journal takes no blanks.
    rc_words=$(printf '%s' "$rc_words" | head -c 300 | tr -c 'A-Za-z0-9._:/@,-' '+')
    rc_outcome "$rc_cmd" no-port "$rc_words"
  fi
}

# What a start reads and writes below its root ($1), where that cannot be done, and which of the files with settings are there.
rc_files() {
  for rc_f in etc log; do
    if [ -d "$1/$rc_f" ]; then
      { [ -r "$1/$rc_f" ] && [ -w "$1/$rc_f" ] && [ -x "$1/$rc_f" ]; } || rc_say "dir closed $rc_f"
    elif [ -e "$1/$rc_f" ]; then
      rc_say "dir other $rc_f"
    elif [ ! -w "$1" ]; then
      rc_say "dir missing $rc_f"
    fi
  done
  for rc_f in proxyconfig_v1.db proxyconfig.db obproxy_config.bin; do
    rc_e=$1/etc/$rc_f
    if [ ! -e "$rc_e" ]; then
      rc_say "config missing $rc_f"
    elif [ ! -f "$rc_e" ] || [ ! -r "$rc_e" ] || [ ! -w "$rc_e" ]; then
      rc_say "config closed $rc_f"
    elif [ ! -s "$rc_e" ]; then
      rc_say "config empty $rc_f"
    elif [ "$(head -c 15 "$rc_e" | tr -d '\0')" = 'SQLite format 3' ]; then
      rc_say "config sqlite $rc_f"
    else
      rc_say "config other $rc_f"
    fi
  done
}

# Says its version, in the environment that is given before it.
rc_version() {
  timeout 20 env -i "$@" -V </dev/null 2>&1
}

# What the control groups of a process still let it and its children take of memory, in kB: leaves it in rc_room, empty where nothing limits them.
# $1 is its list of groups (/proc/PID/cgroup), $2 where groups are mounted. What they only keep of files is given up when it is needed.
rc_group_room() {
  rc_room= rc_top= rc_below=
  while IFS=: read -r rc_1 rc_2 rc_a; do
    case ,$rc_2, in
      *,memory,*) rc_top=$2/memory rc_below=$rc_a rc_max=memory.limit_in_bytes rc_now=memory.usage_in_bytes rc_kept=total_inactive_file ;;
      ,,) [ -n "$rc_top" ] || rc_top=$2 rc_below=$rc_a rc_max=memory.max rc_now=memory.current rc_kept=inactive_file ;;
    esac
  done 2>/dev/null <"$1"
  [ -n "$rc_top" ] || return 0
  while :; do
    rc_limit= rc_usage= rc_number=
    { read -r rc_limit <"$rc_top$rc_below/$rc_max" && read -r rc_usage <"$rc_top$rc_below/$rc_now"; } 2>/dev/null
    case $rc_limit:$rc_usage in
      *[!0-9:]* | :* | *:) ;;
      *)
        # Version 1 says "none" with a number near the end of all numbers.
        if [ "$rc_limit" -lt 1000000000000000000 ]; then
          rc_number_of "$rc_kept" "$rc_top$rc_below/memory.stat"
          rc_limit=$(((rc_limit - rc_usage + ${rc_number:-0}) / 1024))
          [ -n "$rc_room" ] && [ "$rc_room" -le "$rc_limit" ] || rc_room=$rc_limit
        fi
        ;;
    esac
    case $rc_below in */*) rc_below=${rc_below%/*} ;; *) break ;; esac
  done
}

# Could a successor start? As the ODP starts it: its own argv[0], its directory, an empty environment.
rc_child() {
  rc_exe=$1 rc_root=$2 rc_pid=$3
  cd "$rc_home" 2>/dev/null || {
    rc_say "V cannot enter $rc_home"
    rc_say "rc 1"
    rc_say end
    return
  }
  rc_v=$(rc_version ${rc_root:+OBPROXY_ROOT="$rc_root"} "$rc_exe")
  rc_rc=$?
  printf '%s\n' "$rc_v" | head -c 2000 | sed "s/^/$rc_nonce V /"
  printf '\n'
  rc_say "rc $rc_rc"
  case $rc_v in
    *'(OceanBase '*) ;;
    *)
      # Would it, with what a tool that starts it from outside gives it?
      case $(rc_version LD_LIBRARY_PATH="$rc_home/lib" "$rc_exe") in *'(OceanBase '*) rc_say "library $rc_home/lib" ;; esac
      ;;
  esac
  rc_b=${rc_root:-$rc_home}
  rc_files "$rc_b"
  rc_number_of MemAvailable: /proc/meminfo
  rc_say "free $rc_number"
  rc_group_room "/proc/$rc_pid/cgroup" /sys/fs/cgroup
  [ -z "$rc_room" ] || rc_say "room $rc_room"
  rc_number_of VmRSS: "/proc/$rc_pid/status"
  rc_say "used $rc_number"
  # Each may be a disk of its own: the fullest one counts.
  rc_say "disk $(df -Pk "$rc_b" "$rc_b/etc" "$rc_b/log" 2>/dev/null | awk 'NR > 1 && (m == "" || $4 < m) { m = $4 } END { print m }')"
  rc_say "inodes $(df -Pi "$rc_b" "$rc_b/etc" "$rc_b/log" 2>/dev/null | awk 'NR > 1 && $2 > 0 && (m == "" || $4 < m) { m = $4 } END { print m }')"
  rc_say end
}

# The end of the first of the files that has something in it.
rc_tail() {
  for rc_f in "$@"; do
    if [ -s "$rc_f" ] && [ -r "$rc_f" ]; then
      rc_say "file $rc_f"
      tail -c 8192 "$rc_f" 2>/dev/null | sed "s/^/$rc_nonce T /"
      printf '\n'
      break
    fi
  done
  rc_say end
}

rc_paths() {
  rc_dir=$rc_home/run/rollcall
  rc_lock=$rc_dir/$rc_port.lock
  rc_journal=$rc_dir/$rc_port.journal
}

rollcall() {
  # A script cut short by a broken connection does not come here; arguments cut short do not pass this.
  [ "${1:-0}" = "$#" ] || return 1
  rc_nonce=$2 rc_mode=$3 rc_home=$4 rc_port=$5 rc_hex=$6
  shift 6
  rc_paths
  [ "$rc_mode" = work ] || printf '\n'
  rc_full=1 rc_known=
  case $rc_mode in
    look) rc_inspect ;;
    glance)
      # What only a reboot changes need not be said again.
      rc_full=0 rc_known=$1
      rc_inspect
      ;;
    glances)
      # One for each line that comes; without any for so long, or when the connection has ended, it is over.
      rc_full=0
      rc_keep "$1"
      while IFS= read -r rc_known; do
        kill -USR1 "$rc_keeper" 2>/dev/null
        rc_inspect || break
      done
      kill "$rc_keeper" 2>/dev/null
      ;;
    hold) rc_hold "$@" ;;
    child) rc_child "$@" ;;
    tail) rc_tail "$@" ;;
    work) rc_work "$@" ;;
  esac
}
rollcall "$@"
