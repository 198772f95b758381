#!/usr/bin/env bash
# The scan step of action.yml. Reads its inputs from the environment, never from the script's text, and leaves the verdict
# to a later step, so that the report is uploaded whatever it says.
set -euo pipefail

overscope="${OVERSCOPE_BIN:-$RUNNER_TEMP/overscope/bin/overscope}"
sarif="$RUNNER_TEMP/overscope.sarif"
json="$RUNNER_TEMP/overscope.json"

arguments=(scan --no-progress --output "sarif=$sarif" --output "json=$json")
[ -z "${INPUT_POLICY:-}" ] || arguments+=(--policy "$INPUT_POLICY")
[ -z "${INPUT_FAIL_ON:-}" ] || arguments+=(--fail-on "$INPUT_FAIL_ON")
[ -z "${INPUT_MIN_SEVERITY:-}" ] || arguments+=(--min-severity "$INPUT_MIN_SEVERITY")
# A pull request is not its own judge; what is pushed has been judged.
policy_ref="${INPUT_POLICY_REF:-}"
if [ "$policy_ref" = auto ]; then
  case "${GITHUB_EVENT_NAME:-}" in pull_request | pull_request_target | merge_group) ;; *) policy_ref= ;; esac
fi
[ -z "$policy_ref" ] || arguments+=(--policy-ref "$policy_ref")
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
code=0
"$overscope" "${arguments[@]}" || code=$?
echo "::$stop::"

findings=0
if [ -s "$json" ]; then
  findings=$(python3 -c 'import json, sys; print(sum(1 for f in json.load(open(sys.argv[1]))["findings"] if f.get("state", {}).get("kind", "open") == "open"))' "$json")
fi
{
  [ ! -s "$sarif" ] || echo "sarif-file=$sarif"
  echo "findings=$findings"
  echo "exit-code=$code"
} >>"$GITHUB_OUTPUT"
