#!/bin/sh
# Checks every line of variants.txt with Spin: one line of output each, exit code 0 when all came out as expected.
# Wants spin and cc. MODEL_MEMORY: MB for one check (2500); MODEL_SECONDS: processor time for one check (100); MODEL_JOBS: checks at a time (2).
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2

trim() {
  printf '%s' "$1" | sed 's/^ *//; s/ *$//'
}

# What the verifier's output says: ok, one of the properties, or why it is neither.
verdict() {
  if grep -q 'errors: 0' out && ! grep -q -E 'max search depth too small|MEMLIM bound|too many processes|search not completed' out; then
    echo ok
  else
    case $(grep -a -m 1 -E '^pan:1?:? ?(assertion violated|acceptance cycle|invalid end state)|^pan: error|MEMLIM bound' out) in
      *'taken[i]'* | *'stops[epoch]'*) echo ONCE ;;
      *'session==base'*) echo MEANT ;;
      *'epoch==fence'*) echo EPOCH ;;
      *'scripts<=1'*) echo ALONE ;;
      *'violated up '*) echo UP ;;
      *'acceptance cycle'*) echo LTL ;;
      *'invalid end state'*) echo STUCK ;;
      *'MEMLIM'*) echo OUT_OF_MEMORY ;;
      *) echo UNFINISHED ;;
    esac
  fi
}

# Checks one line; works in the current directory.
check() {
  model=$(trim "$1") switches=$2 expected=$(trim "$3") what=$(trim "$4")
  case $switches in
    *-DLTL*) how="-DNFAIR=4" run="-a -f" ;;
    *) how="-DSAFETY" run="" ;;
  esac
  # Not optimised: the verifier waits for memory, and to optimise it takes longer than most checks.
  # shellcheck disable=SC2086 # words on purpose
  if ! spin $switches -a "$here/$model.pml" >out 2>&1 || ! cc -O0 -w $how -DMEMLIM="${MODEL_MEMORY:-2500}" -o pan pan.c >>out 2>&1; then
    got=UNBUILDABLE
  else
    # Of the processor, so that a machine with other work changes nothing.
    # shellcheck disable=SC2086
    (ulimit -t "${MODEL_SECONDS:-100}" && exec ./pan -m100000 -w22 $run) >out 2>&1
    got=$(verdict)
  fi
  states=$(sed -n 's/^ *\([0-9][0-9]*\) states, stored.*/\1/p' out)
  if [ "$got" = "$expected" ]; then mark=pass; else mark=FAIL; fi
  printf '%s %-12s %9s states  found %-6s expected %-6s %s (%s)\n' "$mark" "$model" "${states:-?}" "$got" "$expected" \
    "$(trim "$switches")" "$what"
  [ "$mark" = pass ] || sed 's/^/    /' out | head -n 20
  [ "$mark" = pass ]
}

# Started by itself: the line of this number, in a directory of its own.
if [ "${1:-}" = --line ]; then
  mkdir "$2" && cd "$2" || exit 2
  IFS='|' read -r model switches expected what <<MODEL_LINE
$(sed -n "$2p" "$here/variants.txt")
MODEL_LINE
  check "$model" "$switches" "$expected" "$what" >said
  result=$?
  # At once, so that two do not mix.
  cat said
  rm -f pan pan.*
  exit "$result"
fi

for tool in spin cc xargs; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "There is no $tool: install spin and a C compiler (Debian: apt-get install spin gcc), then run this again." >&2
    exit 3
  }
done
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2

grep -n -v -E '^ *(#|$)' "$here/variants.txt" | cut -d : -f 1 | xargs -n 1 -P "${MODEL_JOBS:-2}" sh "$here/check.sh" --line || exit 1
