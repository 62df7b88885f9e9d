# shellcheck shell=bash
# say, die: how ./dev talks to a person. lock: one build at a time.

# On stderr, so that what a verb prints on stdout stays its own.
say() {
    printf 'dev: %s\n' "$1" >&2
}

# die SENTENCE [STATUS]
die() {
    printf 'dev: %s\n' "$1" >&2
    exit "${2:-1}"
}

# quietly SENTENCE LOG COMMAND...: says what is done, keeps its output in build/LOG and shows it only if it fails.
quietly() {
    local sentence=$1 log=$build/$2
    shift 2
    say "$sentence"
    mkdir -p "$build"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        # Without colours, and what the JDK says of Maven's own libraries is nobody's concern here.
        sed -e 's/\x1b\[[0-9;]*m//g' -e '/^WARNING: .*\(sun\.misc\.Unsafe\|terminally deprecated\|reporting this\)/d' "$log" |
            tail -n 60 >&2
        die "$sentence failed (all of its output is in ${log#"$repo"/})"
    fi
}

# Two builds in one working tree would write the same files. The lock ends with the process, however it ends.
lock() {
    mkdir -p "$build"
    exec 9>"$build/.lock"
    if ! flock -n 9; then
        say "waiting for another ./dev in this working tree"
        flock 9
    fi
}

unlock() {
    exec 9>&-
}
