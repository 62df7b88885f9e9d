# shellcheck shell=bash
# run_tests: builds, then runs all tests of all modules in one JVM, and the native ones.

run_tests() {
    local arguments=() long=false peers=false vm='' without=() quick='' run home named=
    while [ $# -gt 0 ]; do
        case $1 in
            --quick) quick=1; arguments+=(--quick) ;;
            --long) long=true; arguments+=(--long) ;;
            --peers) peers=true ;;
            --vm) vm=true ;;
            --no-vm) vm=false ;;
            --without) [ $# -gt 1 ] || die "--without needs the name of a system call" 2; without+=("$2"); shift ;;
            -*) die "test: unknown option $1" 2 ;;
            *) arguments+=("$1"); named=1 ;;
        esac
        shift
    done
    if [ -z "$vm" ]; then
        vm=false
        # Guests come with all tests, and with those that are named after them.
        case "$named ${arguments[*]}" in
            *Guest*) vm=true ;;
            ' '*) [ -n "$quick" ] || [ ${#without[@]} -gt 0 ] || vm=true ;;
        esac
    fi
    java_tests=skipTests
    build
    lock
    compile_tests
    if [ -x testkit/probe/build ]; then
        quietly "building the probe" probe.log testkit/probe/build "$build/probe"
    fi
    remove_dead_runs
    run=$build/test.$$
    mkdir "$run"
    # shellcheck disable=SC2064 # the directory of now
    trap "rm -rf '$run'" EXIT
    test_class_path "$run"
    home=$(readlink -f "$build/estiba")
    unlock
    if [ -z "$quick" ]; then
        want shellcheck shellcheck
        want mount mount
        want newuidmap uidmap
        want ip iproute2
        want nft nftables
        install_peers
        [ "$vm" = false ] || prepare_vm
    fi

    arguments+=(--output "$build/test-output.log" --results "$build/test-results.txt"
        --step format "$repo/dev format --check" --tap shell "$repo/dev.d/lint" --tap dev "$repo/dev.d/check")
    # Half a minute, most of it linking: with the other tests that need root.
    [ -n "$quick" ] || arguments+=(--tap package "$repo/dev.d/check-package $build/probe")
    if [ -x native/test/run ]; then
        arguments+=(--tap native "ESTIBA_HOME='$home' ESTIBA_QUICK='$quick' native/test/run")
    fi
    # Of the whole, a few that failed are tried again, alone, and told: see CONTRIBUTING.md. A part is run to see it fail.
    [ -n "$named$quick" ] || [ "$long" = true ] || arguments+=(--second-tries 3)
    local status=0
    under_filter "${without[@]}"
    # A script's "&" and nohup(1) have signals ignored, and the programs under test would ignore them as well.
    "${filter[@]}" env --default-signal "$java_home/bin/java" -XX:+UseSerialGC -Xmx2g \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        "-Destiba.home=$home" "-Destiba.repo=$repo" \
        "-Destiba.long=$long" "-Destiba.peers=$peers" "-Destiba.vm=$vm" "-Destiba.without=$(IFS=,; echo "${without[*]}")" \
        -cp "$test_path" dev.estiba.testkit.runner.TestRunner "${test_roots[@]}" "${arguments[@]}" </dev/null || status=$?
    # Of a part of the tests no table is made.
    if [ -z "$named" ]; then
        [ "$long" = false ] || commit_table long $status
        [ "$peers" = false ] || commit_table peers $status
    fi
    exit $status
}

# What runs that were killed have left: each has its process in its name.
remove_dead_runs() {
    local run
    for run in "$build"/test.[0-9]*; do
        [ ! -d "$run" ] || [ -d "/proc/${run##*.}" ] || rm -rf "$run"
    done
}

# Maven has nothing to do when neither the tests nor what they test has changed.
compile_tests() {
    [ "$(cat "$build/tests-compiled" 2>/dev/null)" = "$id-$(digest tests)" ] || build_java
}

# Sets test_path and test_roots, from a copy, so that a build beside the running tests does not change what they load.
test_class_path() {
    local module jar seen=
    test_path=
    test_roots=()
    for module in */target/test-classes doors/*/target/test-classes; do
        [ -d "$module" ] || continue
        module=${module%/target/test-classes}
        mkdir -p "$1/$module"
        cp -r "$module/target/test-classes/." "$1/$module"
        test_path=$test_path:$1/$module
        test_roots+=(--classes "$1/$module")
    done
    for jar in */target/estiba-*.jar doors/*/target/estiba-*.jar; do
        cp "$jar" "$1/"
        test_path=$test_path:$1/${jar##*/}
    done
    while read -r jar; do
        case $jar in
            "$repo"/*) ;; # our own, copied above
            *) seen=$seen:$jar ;;
        esac
    done < <(awk -v RS='[:\n]' '!seen[$0]++' ./*/target/class-path.test doors/*/target/class-path.test)
    test_path=${test_path#:}$seen
}

# want COMMAND PACKAGE: nice to have. Where it cannot be installed, the tests that use it are skipped and say so.
want() {
    command -v "$1" >/dev/null || [ -n "$no_install" ] || [ "$(id -u)" != 0 ] || install "$2"
}

install_peers() {
    if [ -x testkit/peers/install ]; then
        say "installing the programs that the tests drive"
        testkit/peers/install >"$build/peers.log" 2>&1 </dev/null || {
            tail -n 20 "$build/peers.log" >&2
            say "some peers could not be installed (build/peers.log); tests that need them will say so"
        }
        testkit/peers/stack >>"$build/peers.log" 2>&1 </dev/null || {
            tail -n 5 "$build/peers.log" >&2
            say "the root of the tests' stacks could not be made (build/peers.log); tests that need it will say so"
        }
    fi
}

# under_filter CALL...: sets filter to a command that runs another as on a kernel without these system calls.
under_filter() {
    filter=()
    [ $# -gt 0 ] || return 0
    local numbers program
    case $* in *[!a-z0-9_\ ]*) die "--without takes the names of system calls, not '$*'" 2 ;; esac
    numbers=$(printf ',SYS_%s' "$@")
    program=$build/without-$(IFS=+; echo "$*")
    gcc -Wall -Wextra -Werror -O1 "-DCALLS=${numbers#,}" -o "$program" dev.d/without.c 2>"$build/without.log" ||
        die "this C library's headers know no system call of this name: $* (the compiler's words are in build/without.log)" 2
    filter=("$program")
}
