# Sourced by the two installers of k6: both majors are built in the same way, each in a module of its own.
source "$(dirname "$0")/cache.sh"

# build_k6 VERSION MODULE: a plain `go install` fails, because it looks for a deprecation notice on the vanity host.
build_k6() {
  local binary=$cache/k6-$1/k6
  if [ ! -x "$binary" ]; then
    require go 'Install Go 1.24 or later: https://go.dev/doc/install'
    partial=$(mktemp -d "$cache/partial.XXXXXX")
    source=$(mktemp -d "$cache/source.XXXXXX")
    trap 'rm -rf "$source" "$partial"' EXIT
    (
      cd "$source"
      printf 'module k6-build\n\ngo 1.24.0\n\nrequire %s v%s\n' "$2" "$1" > go.mod
      printf '//go:build tools\n\npackage tools\n\nimport _ "%s"\n' "$2" > tools.go
      go mod tidy
      go build -trimpath -ldflags '-s -w' -o "$partial/k6" "$2"
    ) >&2
    publish "$partial" "$cache/k6-$1"
  fi
  echo "$binary"
}
