#!/usr/bin/env bash
# The first step of action.yml: the program of a release, held against the digest that is written down beside this script;
# where there is none for this platform, or it cannot be had, the program is built from the action's own source.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)
home="$RUNNER_TEMP/overscope"
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)
version="${INPUT_VERSION:-$own}"
if ! [[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
  echo "::error title=overscope::the input \`version\` reads like 1.2.3" >&2
  exit 2
fi

case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  *) target= ;;
esac
name="overscope-$target.tar.gz"
digest=$(awk -v version="$version" -v name="$name" '$2 == version && $3 == name { print $1 }' \
  "${OVERSCOPE_DIGESTS:-$here/digests.txt}")
mkdir -p "$home/bin"
if [ -n "$target" ] && [ -n "$digest" ]; then
  url="${OVERSCOPE_RELEASES:-https://github.com/overscope/overscope/releases/download}/v$version/$name"
  if curl --fail --silent --show-error --location --retry 3 --output "$home/$name" "$url"; then
    have=$( (sha256sum "$home/$name" 2>/dev/null || shasum -a 256 "$home/$name") | cut -d ' ' -f 1)
    if [ "$have" != "$digest" ]; then
      # Not a reason to build quietly: somebody may have touched the release.
      echo "::error title=overscope::the digest of $name is $have instead of $digest" >&2
      exit 1
    fi
    tar -xzf "$home/$name" -C "$home" --strip-components 1 "overscope-$target/overscope"
    mv "$home/overscope" "$home/bin/overscope"
    echo "overscope $version from $name, sha256 $digest"
    exit 0
  fi
  echo "::notice title=overscope::$name cannot be had, so it is built"
fi
if [ "$version" != "$own" ]; then
  echo "::error title=overscope::there is no program of version $version for this platform, and this is the source of $own" >&2
  exit 2
fi
cargo install --quiet --locked --path "$source" --root "$home"
