# What the scripts share; sourced, never run. Sets `root`, the repository's root, and works from there.
# shellcheck shell=bash disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
deps="$root/.deps"
venv="$deps/venv"

# The sentence a person reads while something takes long.
say() { printf '%s\n' "glimpse: $*"; }

# One sentence on what went wrong and the way out; ends the script.
die() {
    printf '%s\n' "glimpse: $*" >&2
    exit 1
}

# Puts the Swift toolchain on PATH, or says where to get it.
use_swift() {
    local folder
    if ! command -v swift >/dev/null; then
        for folder in /opt/swift/usr/bin /usr/local/swift/usr/bin "$HOME/.local/share/swiftly/bin"; do
            if [ -x "$folder/swift" ]; then PATH="$folder:$PATH"; fi
        done
    fi
    command -v swift >/dev/null \
        || die "the Swift toolchain (6.1 or newer) is not on PATH; install it from https://www.swift.org/install/linux and run make again."
}

# Sets `elevate`, the words that make a command run as root; false where there is no way.
may_install() {
    if [ "$(id -u)" -eq 0 ]; then
        elevate=()
    elif ! command -v sudo >/dev/null; then
        return 1
    elif [ -t 0 ]; then
        elevate=(sudo)   # a person is there to answer sudo's own question
    else
        elevate=(sudo -n)
    fi
}

# bounded SECONDS WHAT COMMAND…: runs the command and ends it when it takes longer.
bounded() {
    local seconds=$1 what=$2 status=0
    shift 2
    local foreground=()
    # On a terminal the command must stay in the foreground group, so that Ctrl-C reaches it.
    if [ -t 0 ]; then foreground=(--foreground); fi
    timeout "${foreground[@]}" --kill-after=20 "$seconds" "$@" || status=$?
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        say "$what did not end within $seconds s and was stopped." >&2
    fi
    return "$status"
}

# The pictures and captions that lie beside a developer's checkout; absent elsewhere.
shared_data="$root/../shared/data"
