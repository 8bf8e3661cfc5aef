#!/usr/bin/env bash
# Builds a release into a folder: static programs for Linux, bills of materials (CycloneDX), checksums and, if
# RELEASE_SIGNING_KEY is set, their Ed25519 signature. With --check, it builds the programs once more from a copy
# of the sources in another folder, with an empty build cache, and compares the bytes.
#
#   scripts/release.sh bin/release
#   scripts/release.sh --check bin/release
set -euo pipefail
cd "$(dirname "$0")/.."

go=${GO:-go}
read -ra platforms <<<"${RELEASE_PLATFORMS:-linux/amd64 linux/arm64}"

# build_programs builds the programs of all platforms from a folder of sources.
build_programs() {
  local sources=$1 out=$2 platform
  for platform in "${platforms[@]}"; do
    echo "release: building $platform"
    CGO_ENABLED=0 GOOS=${platform%/*} GOARCH=${platform#*/} GOFLAGS='' "$go" -C "$sources" build -trimpath -buildvcs=auto -ldflags='-s -w' \
      -o "$out/huimian-${platform/\//-}" ./cmd/huimian
  done
}

if [ "${1:-}" = --check ]; then
  built=$(realpath "${2:?the folder of the release}")
  work=$(mktemp -d)
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
  mkdir "$work/sources" "$work/out"
  tar -c --exclude=./bin --exclude=./data --exclude=node_modules . | tar -x -C "$work/sources"
  GOCACHE="$work/cache" build_programs "$work/sources" "$work/out"
  for platform in "${platforms[@]}"; do
    cmp "$built/huimian-${platform/\//-}" "$work/out/huimian-${platform/\//-}"
  done
  echo "release: both builds are equal"
  exit 0
fi

out=${1:?a folder}
rm -rf "$out"
mkdir -p "$out"
out=$(realpath "$out")
build_programs . "$out"
(cd tools/sbom && CGO_ENABLED=0 "$go" build -o ../../bin/cyclonedx-gomod github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod)
for platform in "${platforms[@]}"; do
  program=$out/huimian-${platform/\//-}
  bin/cyclonedx-gomod bin -json -noserial -notimestamp -output "$program.cdx.json" "$program" # from what was linked
done
# npm's document has a random serial number and the time, which would differ in each build.
npm --prefix web sbom --package-lock-only --omit dev --sbom-format cyclonedx |
  node -e 'const bom = JSON.parse(require("fs").readFileSync(0)); delete bom.serialNumber; delete bom.metadata.timestamp; console.log(JSON.stringify(bom, null, 2))' \
    >"$out/web.cdx.json"
"$go" run ./tools/release checksums "$out"
if [ -n "${RELEASE_SIGNING_KEY:-}" ]; then
  printf '%s' "$RELEASE_SIGNING_KEY" | "$go" run ./tools/release sign "$out/SHA256SUMS"
else
  echo "release: RELEASE_SIGNING_KEY is not set: the checksums are not signed"
fi
ls -l "$out"
