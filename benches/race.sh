#!/usr/bin/env bash
# Races overscope against ripgrep and whatever other scanners are installed, on corpora that it builds itself.
#
#   benches/race.sh [DIRECTORY] [ROUNDS]
#
# The corpora go to DIRECTORY (default: target/race) and are kept: the sources of Linux by apt, a large npm package, files
# made to be slow, a repository with a long history. What cannot be had here is left out and said so. In each round every
# tool runs once, in turn; printed are the best time of each, its ratio to the measure of the corpus, and what it says it
# read. Other scanners are run as they come, to time them; set OTHERS= to leave them out.
set -euo pipefail
cd "$(dirname "$0")/.."
place=${1:-target/race}
rounds=${2:-3}
others=${OTHERS-"gitleaks betterleaks kingfisher ripsecrets detect-secrets"}
limit=${LIMIT:-300}
mkdir -p "$place"
place=$(cd "$place" && pwd)
cargo build --release --quiet
overscope=$PWD/target/release/overscope

missing() { echo "left out: $1" >&2; }

linux() {
  [ -d "$place/linux" ] && return
  local package
  package=$(apt-cache search --names-only '^linux-source-[0-9.]+$' 2>/dev/null | awk 'NR == 1 { print $1 }')
  [ -n "$package" ] || { missing "linux: no source package"; return; }
  (cd "$place" && apt-get download -q "$package" >/dev/null && dpkg-deb -x "$package"_*.deb unpacked &&
    mkdir linux && tar xf unpacked/usr/src/*.tar.* -C linux && rm -rf unpacked ./*.deb) || { rm -rf "$place/linux"; missing linux; }
}

npm_package() {
  [ -d "$place/npm" ] && return
  command -v npm >/dev/null || { missing "npm: not installed"; return; }
  (cd "$place" && npm pack --silent n8n-nodes-base >/dev/null && mkdir npm && tar xf n8n-nodes-base-*.tgz -C npm &&
    rm n8n-nodes-base-*.tgz) || { rm -rf "$place/npm"; missing npm; }
}

hostile() {
  [ -d "$place/hostile" ] && return
  mkdir -p "$place/hostile/line" "$place/hostile/tiny" "$place/hostile/secrets"
  python3 - "$place/hostile" <<'PYTHON'
import hashlib, pathlib, sys
place = pathlib.Path(sys.argv[1])
piece = b'function a(t){return t.key=t.value,"use strict"};var e={type:"text",name:"field"};'
(place / "line/one.js").write_bytes(piece * (200_000_000 // len(piece)))
for number in range(100_000):
    folder = place / f"tiny/{number // 1000}"
    if number % 1000 == 0:
        folder.mkdir()
    (folder / f"{number}.txt").write_text(f"{number}\n")
with open(place / "secrets/many.py", "w") as out:
    for number in range(10_000):
        digits = hashlib.sha256(str(number).encode()).hexdigest()
        out.write(f"refresh_token = '1000.{digits[:32]}.{digits[32:]}'\n")
PYTHON
}

history() { [ -d "$place/history" ] || benches/history.py "$place/history"; }

# The command of a tool for a directory; nothing where the tool is not there or has none.
command_of() {
  local tool=$1 kind=$2 at=$3
  case "$tool/$kind" in
    overscope/tree) echo "$overscope scan --root $at --exit-zero --quiet" ;;
    overscope/history) echo "$overscope scan --root $at --history --exit-zero --quiet" ;;
    rg/tree) echo "rg -uu ZZZZQQQQZZZZ $at" ;;
    git/history) echo "git -C $at cat-file --batch-all-objects --unordered --buffer --batch" ;;
    gitleaks/tree) echo "gitleaks dir $at --no-banner --exit-code 0" ;;
    gitleaks/history) echo "gitleaks git $at --no-banner --exit-code 0" ;;
    betterleaks/tree) echo "betterleaks dir $at --no-banner --exit-code 0" ;;
    betterleaks/history) echo "betterleaks git $at --no-banner --exit-code 0" ;;
    kingfisher/tree) echo "kingfisher scan $at --git-history none --no-validate" ;;
    kingfisher/history) echo "kingfisher scan $at --no-validate" ;;
    ripsecrets/tree) echo "ripsecrets $at" ;;
    detect-secrets/tree) echo "detect-secrets -C $at scan --all-files" ;;
  esac
}

race() {
  local name=$1 kind=$2 at=$place/$3 measure=rg tool command best seconds
  [ "$kind" = history ] && measure=git
  [ -d "$at" ] || return 0
  declare -A times=()
  for _ in $(seq "$rounds"); do
    for tool in $measure overscope $others; do
      command -v "$tool" >/dev/null || [ "$tool" = overscope ] || continue
      command=$(command_of "$tool" "$kind" "$at")
      [ -n "$command" ] || continue
      seconds=$( { TIMEFORMAT=%R; time timeout "$limit" $command >/dev/null 2>&1 || true; } 2>&1 )
      best=${times[$tool]:-$seconds}
      times[$tool]=$(awk -v a="$best" -v b="$seconds" 'BEGIN { print (b < a ? b : a) }')
    done
  done
  printf '%s\n' "$name"
  for tool in $measure overscope $others; do
    [ -n "${times[$tool]:-}" ] || continue
    awk -v tool="$tool" -v s="${times[$tool]}" -v m="${times[$measure]:-0}" \
      'BEGIN { printf "  %-16s %9.2f s", tool, s; if (m > 0) printf "  %7.1f x", s / m; print "" }'
  done
  $(command_of overscope "$kind" "$at" | sed 's/--quiet/--stats/') 2>&1 >/dev/null | sed -n 's/^  read  */  overscope read /p'
}

linux; npm_package; hostile; history
race "Linux sources" tree linux
race "an npm package" tree npm
race "200 MB in one line" tree hostile/line
race "100,000 tiny files" tree hostile/tiny
race "10,000 secrets in a file" tree hostile/secrets
race "history of 10,000 commits" history history
