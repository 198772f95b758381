#!/usr/bin/env bash
# The scan step of action.yml. Reads its inputs from the environment, never from the script's text, and leaves the verdict
# to a later step, so that the report is uploaded whatever it says.
set -euo pipefail

overscope="${OVERSCOPE_BIN:-$RUNNER_TEMP/overscope/bin/overscope}"
sarif="$RUNNER_TEMP/overscope.sarif"
lines="$RUNNER_TEMP/overscope.jsonl"
markdown="$RUNNER_TEMP/overscope.md"
annotations="$RUNNER_TEMP/overscope.annotations"

wrong() {
  echo "::error title=overscope::the input \`$1\` reads one of: $2" >&2
  exit 2
}
oneof() {
  local name=$1 value=$2
  shift 2
  for word in "$@"; do [ "$value" != "$word" ] || return 0; done
  wrong "$name" "$*"
}
oneof upload "${INPUT_UPLOAD:-auto}" auto true false
oneof annotations "${INPUT_ANNOTATIONS:-auto}" auto true false
oneof summary "${INPUT_SUMMARY:-true}" true false
oneof audit "${INPUT_AUDIT:-false}" true false
oneof fail-on "${INPUT_FAIL_ON:-}" '' note low medium high critical never

proposed=false
case "${GITHUB_EVENT_NAME:-}" in pull_request | pull_request_target | merge_group) proposed=true ;; esac

# Whose token may not write cannot upload: a fork's pull request gets annotations and the summary.
upload="${INPUT_UPLOAD:-auto}"
if [ "$upload" = auto ]; then
  upload=true
  if [ "$proposed" = true ] && [ -n "${HEAD_REPOSITORY:-}" ] && [ "$HEAD_REPOSITORY" != "${GITHUB_REPOSITORY:-}" ]; then
    upload=false
  fi
fi
annotate="${INPUT_ANNOTATIONS:-auto}"
if [ "$annotate" = auto ]; then
  annotate=true
  [ "$upload" = false ] || annotate=false
fi

arguments=(scan --no-progress --output "sarif=$sarif" --output "jsonl=$lines" --output "markdown=$markdown"
  --output "github=$annotations" --category "${INPUT_CATEGORY:-overscope}")
[ -z "${INPUT_POLICY:-}" ] || arguments+=(--policy "$INPUT_POLICY")
[ -z "${INPUT_MIN_SEVERITY:-}" ] || arguments+=(--min-severity "$INPUT_MIN_SEVERITY")
[ -z "${INPUT_PERSONA:-}" ] || arguments+=(--persona "$INPUT_PERSONA")
case "${INPUT_FAIL_ON:-}" in
  '') ;;
  never) arguments+=(--exit-zero) ;;
  *) arguments+=(--fail-on "$INPUT_FAIL_ON") ;;
esac

# A pull request is not its own judge; what is pushed has been judged.
policy_ref="${INPUT_POLICY_REF:-}"
if [ "$policy_ref" = auto ] && [ "$proposed" = false ]; then
  policy_ref=
fi
[ -z "$policy_ref" ] || arguments+=(--policy-ref "$policy_ref")

# What a pull request changes; without its merge base everything, which is more and never less.
since="${INPUT_SINCE:-}"
if [ "$since" = auto ]; then
  since=
  if [ "$proposed" = true ] && [ -n "${GITHUB_BASE_REF:-}" ]; then
    if git merge-base "origin/$GITHUB_BASE_REF" HEAD >/dev/null 2>&1; then
      since="origin/$GITHUB_BASE_REF"
    else
      echo "::notice title=overscope::the merge base with $GITHUB_BASE_REF is not here (fetch-depth: 0), so everything is scanned"
    fi
  fi
fi
[ -z "$since" ] || arguments+=(--since "$since")

while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("$line")
done <<<"${INPUT_ARGS:-}"
arguments+=(--)
while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("$line")
done <<<"${INPUT_PATHS:-.}"

# Commands that a scanned file could smuggle into the log are switched off while the report is printed.
stop="overscope-$RANDOM$RANDOM$RANDOM"
echo "::stop-commands::$stop"
rm -f "$sarif" "$lines" "$markdown" "$annotations"
code=0
"$overscope" "${arguments[@]}" || code=$?
audit=
if [ "${INPUT_AUDIT:-false}" = true ]; then
  audit="$RUNNER_TEMP/overscope-audit"
  "$overscope" audit run --out "$audit" || code=5
fi
echo "::$stop::"

if [ "$annotate" = true ] && [ -s "$annotations" ]; then
  cat "$annotations"
fi
if [ "${INPUT_SUMMARY:-true}" = true ] && [ -s "$markdown" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
fi

# The last line of the report counts: {"type":"summary","open":{"critical":4},"accepted":{…,"baselined":0},…}.
last=$(tail -n 1 "$lines" 2>/dev/null || true)
new=0 highest=
for severity in critical high medium low note; do
  count=$(sed -n 's/.*"open":{[^}]*"'"$severity"'":\([0-9]*\).*/\1/p' <<<"$last")
  [ -z "$count" ] || { new=$((new + count)) && highest="${highest:-$severity}"; }
done
known=$(sed -n 's/.*"baselined":\([0-9]*\).*/\1/p' <<<"$last")
{
  [ ! -s "$sarif" ] || echo "sarif-file=$sarif"
  echo "upload=$upload"
  echo "findings=$((new + ${known:-0}))"
  echo "new-findings=$new"
  echo "highest-severity=$highest"
  echo "exit-code=$code"
  echo "audit-dir=$audit"
} >>"$GITHUB_OUTPUT"
