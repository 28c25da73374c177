# Sourced by the installers beside it: where built tools live, and how a finished build gets there.
# Each tool has its own folder named by version, outside the checkout, so that a new clone builds nothing again.
cache=${SHAKEDOWN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/shakedown-tools}
mkdir -p "$cache"

# The compiler has memory to spare and a machine for itself: it need not collect its garbage so often.
export GOGC=${GOGC:-400}

# require COMMAND HINT: ends with one clear line when a build tool is missing.
require() {
  command -v "$1" >/dev/null || { echo "$(basename "$0"): $1 is not installed. $2" >&2; exit 4; }
}

# publish FROM TO: a build becomes visible only when it is whole.
publish() {
  rm -rf "$2"
  mv "$1" "$2"
}
