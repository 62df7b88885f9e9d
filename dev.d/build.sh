# shellcheck shell=bash
# build: leaves build/estiba, a link to a runnable tree that is never written again. format: lays out the Java sources.
#
# A tree is build/trees/ID/ with bin/estiba, bin/estiba-oci, lib/*.jar, lib/planner.argv, lib/command.argv, lib/daemon.argv, lib/build-id and an AOT
# cache for each of the two JVMs. A tree is made under another name and renamed, and the link is moved by
# rename, because jars under a living JVM must not change.

# What the tree is made of: a change to any of these is another build.
sources() {
    find . -path ./build -prune -o -path ./native/test -prune -o -path '*/target' -prune -o \
        -path './native/*' -type f ! -name '*.md' -print0 -o \
        -path '*/src/main/*' -type f -print0 -o -name pom.xml -print0
    find .mvn dev dev.d -type f -print0
}

tests() {
    find . -path ./build -prune -o -path '*/target' -prune -o -path '*/src/test/*' -type f -print0
}

# digest LISTER: SHA-256 over names and contents.
digest() {
    "$1" | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-64
}

# The build id: 16 hex digits over all sources, the versions of the libraries (in the poms) and the JDK. The jars are
# left out because one of them carries the executable that the id is linked into; equal sources make equal jars.
build_id() {
    { digest sources; cat "$java_home/release"; } | sha256sum | cut -c 1-16
}

built_id() {
    cat "$build/estiba/lib/build-id" 2>/dev/null || true
}

build() {
    # What changes from here on is not in what is looked at below, or may not be.
    local looked=$build/.checked.$$
    echo "${ESTIBA_JAVA_HOME:-}:${JAVA_HOME:-}" >"$looked"
    need_jdk
    need_compiler
    id=$(build_id)
    if [ "$(built_id)" != "$id" ]; then
        lock
        build_locked
        unlock
    fi
    # ./estiba asks this file's time.
    mv "$looked" "$build/checked"
}

# Sets id. Builds again when somebody saved a file meanwhile: a tree must be what its id says.
build_locked() {
    local round
    for round in 1 2 3; do
        id=$(build_id)
        [ "$(built_id)" != "$id" ] || return 0
        if [ ! -f "$build/trees/$id/lib/build-id" ]; then
            build_native
            build_java
            if [ "$(build_id)" != "$id" ] && [ $round -lt 3 ]; then
                say "sources changed meanwhile: once more"
                continue
            fi
            lay_tree
        fi
        ln -sfn "trees/$id" "$build/.estiba.$$"
        mv -fT "$build/.estiba.$$" "$build/estiba"
        touch "$build/trees/$id"
        remove_trees 3
        return 0
    done
}

build_native() {
    local program resources=$build/native/resources/dev/estiba/runtime/native/linux-x86_64
    mkdir -p "$resources"
    if [ ! -x native/build ]; then
        say "native/build is not there yet: the tree gets no executable"
        return 0
    fi
    ESTIBA_BUILD_ID=$id quietly "building the native executable" native.log native/build "$build/native"
    cp "$build/native/estiba-native" "$resources/.estiba.new"
    mv "$resources/.estiba.new" "$resources/estiba"
    # What runs inside of containers, for another module's jar: the program of the image hello, the first process of --init.
    resources=$build/native/image/dev/estiba/engine/image/linux-x86_64
    mkdir -p "$resources"
    for program in hello init; do
        cp "$build/native/$program" "$resources/.$program.new"
        mv "$resources/.$program.new" "$resources/$program"
    done
}

# build_java: compiles and packs every module; java_tests says how far Maven goes with the tests (it never runs them).
java_tests=maven.test.skip
build_java() {
    need_maven
    say "compiling the Java modules"
    rm -f "$build/tests-compiled"
    local tested
    tested=$(digest tests)
    maven_or_die "the Java modules do not compile" java.log package "-D$java_tests"
    [ $java_tests != skipTests ] || echo "$id-$tested" >"$build/tests-compiled"
}

# maven_or_die SENTENCE LOG ARGUMENT...: of Maven's output only the findings are shown, once each.
maven_or_die() {
    local sentence=$1 log=$build/$2
    shift 2
    maven "$@" >"$log" 2>&1 </dev/null && return 0
    sed -n '/^\[INFO\]/d; /^\[ERROR\] *$/d; /\[Help 1\]/d; /spotless:apply/d
        /^\[ERROR\] \(To see the full\|Re-run\|For more\|After corr\|  *mvn\)/d
        s/^\[ERROR\] //; s/^\[WARNING\] \(.*\.java:\)/\1/; /^\[WARNING\]/d; /^WARNING: /d; p' "$log" |
        awk '!seen[$0]++' | sed "s|$repo/||" | head -n 60 >&2
    die "$sentence (all of Maven's output is in ${log#"$repo"/})"
}

# Modules that are programs: the tree's lib/ is the union of what these need.
programs() {
    local module
    for module in runtime cli daemon; do
        [ ! -f "$module/target/estiba-$module.jar" ] || echo "$module"
    done
}

# class_path LIB MODULE: the jars of a module and of what it needs, by their places in the directory LIB.
class_path() {
    local jar path=$1/estiba-$2.jar
    for jar in $(tr ':' '\n' <"$2/target/class-path.runtime"); do
        path=$path:$1/${jar##*/}
    done
    echo "$path"
}

lay_tree() {
    local fresh=$build/trees/.new.$$ tree=$build/trees/$id module jar
    rm -rf "$fresh" "$tree"
    mkdir -p "$fresh/bin" "$fresh/lib"
    if [ -x "$build/native/estiba-native" ]; then
        cp "$build/native/estiba-native" "$fresh/bin/estiba"
        ln "$fresh/bin/estiba" "$fresh/bin/estiba-oci"
    fi
    for module in $(programs); do
        for jar in "$module/target/estiba-$module.jar" $(tr ':' '\n' <"$module/target/class-path.runtime"); do
            cp "$jar" "$fresh/lib/"
        done
    done
    planner_words "$java_home/bin/java" "$(class_path "$tree/lib" runtime)" >"$fresh/lib/planner.argv"
    command_words "$java_home/bin/java" "$(class_path "$tree/lib" daemon)" >"$fresh/lib/command.argv"
    daemon_words "$java_home/bin/java" "$(class_path "$tree/lib" daemon)" >"$fresh/lib/daemon.argv"
    # estiba-oci --version and features are files: no JVM is asked for what never changes.
    quietly "writing the static answers" static-answers.log "$java_home/bin/java" -XX:TieredStopAtLevel=1 \
        -cp "$(class_path "$fresh/lib" runtime)" dev.estiba.runtime.command.StaticAnswers "$fresh/share/oci" \
        "$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' pom.xml | head -n 1)" "$id"
    quietly "writing the manual pages" manual.log "$java_home/bin/java" -XX:TieredStopAtLevel=1 \
        -cp "$(class_path "$fresh/lib" cli)" dev.estiba.cli.ManPages "$fresh/share/man/man1"
    quietly "writing the completions" completions.log "$java_home/bin/java" -XX:TieredStopAtLevel=1 \
        -cp "$(class_path "$fresh/lib" cli)" dev.estiba.cli.command.CompletionFiles "$fresh/share/completion"
    mkdir -p "$fresh/share/systemd"
    cp daemon/src/main/systemd/estiba.* "$fresh/share/systemd/"
    if [ -x "$build/native/reaper" ]; then
        mkdir -p "$fresh/share/testcontainers"
        cp "$build/native/reaper" "$fresh/share/testcontainers/"
    fi
    mv -T "$fresh" "$tree"
    # In its final place: a cache is bound to the jars' paths.
    train planner runtime "$tree"
    train command daemon "$tree"
    train daemon daemon "$tree"
    # Last: a tree without it is an unfinished one and is laid anew.
    echo "$id" >"$tree/lib/build-id"
}

# planner_words JAVA CLASSPATH [FLAG...]: the planner's command line, each word ended by NUL; words NAME=VALUE before the
# program are its environment.
# Serial GC and C1 alone, one malloc arena, a young generation of 2 MB that keeps what a request leaves from being
# promoted: a resident that answers small requests for days stays near 50 MB. The heap may still grow for a
# configuration of 10 MB. The AOT cache is mapped where it was made for (mode 0), so that its pages stay the file's; it
# has no profiles, which are for C2.
planner_words() {
    local java=$1 path=$2
    shift 2
    printf '%s\0' MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 "$java" \
        -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms5m -Xmx96m -XX:NewSize=2m -XX:MaxNewSize=2m -XX:SurvivorRatio=2 \
        -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=15 -Xss256k -XX:ReservedCodeCacheSize=16m -XX:-UsePerfData \
        -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-AOTRecordTraining -XX:-AOTReplayTraining \
        -XX:TrimNativeHeapInterval=2000 "$@" \
        -cp "$path" dev.estiba.runtime.planner.Planner
}

# command_words JAVA CLASSPATH [FLAG...]: the same for the JVM behind the command. It also compiles with C2: digests of
# images are 5 times as fast. Of methods that are called often but have no long loop only those get to C2 that are called
# four times as often as usual: else ten thousand small calls make it compile nearly every method, and it grows by 10 MB.
# A JVM changes what goes into cores of its own (coredump_filter, core(5)), and a container would inherit that: both flags keep it from it.
# What a call leaves is collected in a young generation of 4 MB. Names of files are UTF-8, whatever the locale of its first
# caller is.
command_words() {
    local java=$1 path=$2
    shift 2
    printf '%s\0' MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 LC_ALL=C.UTF-8 "$java" \
        -XX:+UseSerialGC -Xms8m -Xmx96m -XX:NewSize=4m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -Xss512k \
        -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=2400 -XX:Tier4CompileThreshold=60000 \
        -XX:TrimNativeHeapInterval=2000 -XX:ReservedCodeCacheSize=48m -XX:-UsePerfData --enable-native-access=ALL-UNNAMED \
        -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-DumpPrivateMappingsInCore -XX:-DumpSharedMappingsInCore "$@" \
        -cp "$path" dev.estiba.daemon.CommandJvm
}

# daemon_words JAVA CLASSPATH [FLAG...]: the same for the daemon. It has room for a thousand containers and for what their clients do not
# read. C1 alone: what it does for a container is short and often in the kernel. With C2 three thousand containers were made before
# it had compiled what they need, at half of all the time, and it was larger by about 20 MB. Netty does not look for what makes its
# connections' names unique among machines, and announces nothing to a recorder: 0.1 s of the time until the daemon answers. It raises its
# own limit of descriptors (OpenFiles): a JVM would do so before the daemon knows how many its containers are to have. What a collection frees
# is the system's at once, not a tenth of it at a time (IdleCollection).
daemon_words() {
    local java=$1 path=$2
    shift 2
    printf '%s\0' MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 LC_ALL=C.UTF-8 "$java" \
        -XX:+UseSerialGC -Xms16m -Xmx256m -XX:NewSize=8m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -Xss512k \
        -XX:+UnlockDiagnosticVMOptions -XX:TieredStopAtLevel=1 -XX:-AOTRecordTraining -XX:-AOTReplayTraining \
        -XX:TrimNativeHeapInterval=2000 -XX:ReservedCodeCacheSize=32m -XX:-UsePerfData --enable-native-access=ALL-UNNAMED \
        -XX:ArchiveRelocationMode=0 -XX:-DumpPrivateMappingsInCore -XX:-DumpSharedMappingsInCore -XX:-MaxFDLimit \
        -XX:-ShrinkHeapInSteps -Dio.netty.machineId=02:00:00:00:00:00 -Dio.netty.processId=1 -Dio.netty.jfr.enabled=false "$@" \
        -cp "$path" dev.estiba.daemon.DaemonJvm
}

# train ROLE MODULE TREE: runs a role's JVM on calls of its own, which leaves its AOT cache.
# The cache is bound to the JDK and the jars, so its name carries their digest: a JDK was seen to run a stale class from a
# cache when a changed jar had the size of the old one.
train() {
    local role=$1 module=$2 tree=$3 cache words=() settings=()
    cache=$tree/lib/$role-$({ cat "$java_home/release"; sha256sum "$tree"/lib/*.jar; } | sha256sum | cut -c 1-16).aot
    readarray -d '' words <"$tree/lib/$role.argv"
    while [[ ${words[0]} != /* ]]; do
        settings+=("${words[0]}")
        words=("${words[@]:1}")
    done
    quietly "training the $role's JVM" "$role-training.log" \
        env "${settings[@]}" "${words[0]}" "-XX:AOTCacheOutput=$cache" "${words[@]:1}" --train
    [ -f "$cache" ] || die "the $role's training left no cache; see build/$role-training.log"
    "${role}_words" "$java_home/bin/java" "$(class_path "$tree/lib" "$module")" "-XX:AOTCache=$cache" >"$tree/lib/.$role.argv"
    mv "$tree/lib/.$role.argv" "$tree/lib/$role.argv"
}

# remove_trees KEEP: removes all but the newest KEEP trees, sparing those that a process still uses.
remove_trees() {
    local tree
    [ -d "$build/trees" ] || return 0
    # Names are hex digits, so that ls is safe to read.
    # shellcheck disable=SC2012
    for tree in $(ls -t "$build/trees" | tail -n "+$(($1 + 1))"); do
        in_use "$build/trees/$tree" || rm -rf "${build:?}/trees/$tree"
    done
}

# Whether a process runs from this tree, has one of its files open or mapped, or names it on its command line (all that
# can be seen of another user's processes).
in_use() {
    local process
    for process in /proc/[0-9]*; do
        if { tr '\0' '\n' <"$process/cmdline"; cat "$process/maps"; readlink "$process/exe" "$process"/fd/*; } \
            2>/dev/null | grep -qF "$1/"; then
            return 0
        fi
    done
    return 1
}

# format [--check] [MODULE...]: all modules, or these.
format() {
    local goal=apply modules='' stamp
    while [ $# -gt 0 ]; do
        case $1 in
            --check) goal=check ;;
            -*) die "format takes --check and the names of modules, not '$1'" 2 ;;
            *)
                [ -f "$1/pom.xml" ] || die "there is no module '$1'" 2
                modules=$modules,$1
                ;;
        esac
        shift
    done
    need_maven
    stamp=$(digest java_sources)
    [ "$(cat "$build/formatted" 2>/dev/null)" != "$stamp" ] || return 0
    [ $goal = check ] || say "laying out the Java sources"
    maven_or_die "some sources are not laid out; ./dev format does it" format.log \
        "com.diffplug.spotless:spotless-maven-plugin:$goal" ${modules:+-pl "${modules#,}"}
    [ -n "$modules" ] || digest java_sources >"$build/formatted"
}

java_sources() {
    find . -path ./build -prune -o -path '*/target' -prune -o -name '*.java' -print0 -o -name pom.xml -print0
}
