#!/usr/bin/env bash
# Audits a list of local clones on one machine with GNU parallel: parallel.sh LIST OUT [SHARDS]
set -euo pipefail
list=${1:?a file with one clone a line} out=${2:?a folder} shards=${3:-$(nproc)}
seq "$shards" | parallel --halt soon,fail=1 --retries 2 \
  overscope audit run --repositories "$list" --shard "{}/$shards" --out "$out" --jobs 1 --no-progress
overscope audit merge "$out" --out "$out/organisation"
