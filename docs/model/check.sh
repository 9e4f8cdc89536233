#!/bin/sh
# Checks every line of variants.txt with Spin: one line of output each, exit code 0 when all came out as expected.
# Wants spin and cc. MODEL_MEMORY: MB for one check (2500); MODEL_SECONDS: limit for one check (100).
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
for tool in spin cc timeout; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "There is no $tool: install spin and a C compiler (Debian: apt-get install spin gcc), then run this again." >&2
    exit 3
  }
done
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
cd "$work" || exit 2

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

bad=0
while IFS='|' read -r model switches expected what; do
  case $model in '' | '#'*) continue ;; esac
  model=$(trim "$model") expected=$(trim "$expected") what=$(trim "$what")
  case $switches in
    *-DLTL*) how="-DNFAIR=4" run="-a -f" ;;
    *) how="-DSAFETY" run="" ;;
  esac
  rm -f pan pan.* out
  # shellcheck disable=SC2086 # words on purpose
  if ! spin $switches -a "$here/$model.pml" >out 2>&1 || ! cc -O2 -w $how -DMEMLIM="${MODEL_MEMORY:-2500}" -o pan pan.c >>out 2>&1; then
    got=UNBUILDABLE
  else
    # shellcheck disable=SC2086
    timeout "${MODEL_SECONDS:-100}" ./pan -m100000 $run >out 2>&1
    got=$(verdict)
  fi
  states=$(sed -n 's/^ *\([0-9][0-9]*\) states, stored.*/\1/p' out)
  if [ "$got" = "$expected" ]; then mark=pass; else mark=FAIL bad=1; fi
  printf '%s %-12s %9s states  found %-6s expected %-6s %s (%s)\n' "$mark" "$model" "${states:-?}" "$got" "$expected" \
    "$(trim "$switches")" "$what"
  [ "$mark" = pass ] || sed 's/^/    /' out | head -n 20
done <"$here/variants.txt"
exit $bad
