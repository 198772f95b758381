#!/usr/bin/env bash
# Audits a list of clones on a shared file system: sbatch --array=1-8 slurm.sh LIST OUT, then
# sbatch --dependency=afterok:JOB --wrap 'overscope audit merge OUT --out OUT/organisation'
#SBATCH --job-name=overscope-audit
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=02:00:00
#SBATCH --requeue
set -euo pipefail
list=${1:?a file with one clone a line} out=${2:?a folder}
exec overscope audit run --repositories "$list" --out "$out" --no-progress \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "$SLURM_CPUS_PER_TASK"
