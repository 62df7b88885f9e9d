# shellcheck shell=bash
# package [--deb]: build/dist/estiba-VERSION-linux-x86_64.tar.gz, which needs no JDK on the machine where it runs; --deb: the same as
# a package of Debian's instead (deb.sh).
#
# In it: bin/, lib/, share/ as in a tree of ./dev build, jre/ (a JDK image with only the modules that the jars use), LICENSE.
# lib/planner.argv and lib/command.argv name jre/ and the jars by words that begin with "./"; the executable puts its own
# directory there. AOT caches are bound to the place, the jars' times and the JDK, so they are made at the first start.

package() {
    local deb=
    if [ "${1:-}" = --deb ]; then
        deb=1
        shift
    fi
    [ $# -eq 0 ] || die "package takes --deb, not '$1'" 2
    build
    [ -x "$build/estiba/bin/estiba" ] || die "there is nothing to package: the tree has no executable"
    local version name top archive
    version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml)
    name=estiba-$version-linux-x86_64
    mkdir -p "$build/dist"
    rm -rf "$build/dist"/.new.*
    top=$build/dist/.new.$$/$name
    mkdir -p "$top/lib"
    cp -r "$build/estiba/bin" "$build/estiba/share" "$top/"
    ln -f "$top/bin/estiba" "$top/bin/estiba-oci"
    cp "$build/estiba"/lib/*.jar "$build/estiba/lib/build-id" "$top/lib/"
    cp LICENSE "$top/"
    link_jre "$top"
    path_jar planner runtime "$top/lib"
    planner_words ./jre/bin/java ./lib/planner.jar -XX:AOTCache=./ >"$top/lib/planner.argv"
    path_jar command daemon "$top/lib"
    command_words ./jre/bin/java ./lib/command.jar -XX:AOTCache=./ >"$top/lib/command.argv"
    path_jar daemon daemon "$top/lib"
    daemon_words ./jre/bin/java ./lib/daemon.jar -XX:AOTCache=./ >"$top/lib/daemon.argv"
    if [ -n "$deb" ]; then
        package_deb "$top" "$(deb_version "$version")"
        rm -rf "$build/dist/.new.$$"
        return
    fi
    archive=$build/dist/$name.tar.gz
    say "packing"
    # Equal contents make an equal archive: sorted, owned by nobody in particular, dated as the commit.
    tar -C "$build/dist/.new.$$" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(commit_time)" \
        -cf - "$name" | gzip -n -9 >"$archive.new"
    mv "$archive.new" "$archive"
    rm -rf "$build/dist/.new.$$"
    say "${archive#"$repo"/}, $(($(stat -c %s "$archive") / 1000000)) MB, for systems with glibc $(jre_glibc) or newer"
}

commit_time() {
    git log -1 --format=%ct 2>/dev/null || echo 0
}

# The newest glibc that the JDK asks for: what limits where the archive runs. The executable itself asks for none.
jre_glibc() {
    grep -aohE 'GLIBC_2\.[0-9]+' "$java_home/lib/server/libjvm.so" "$java_home/lib/libjli.so" "$java_home/lib/libnet.so" |
        sort -t . -k 2 -n | tail -n 1 | cut -d _ -f 2
}

# Modules are found, not guessed: those that the jars name, and the three that are only named in strings: logging (the JDK's
# System.Logger has nothing to write with otherwise), jdk.net (peer credentials of a socket), jdk.unsupported (signals).
link_jre() {
    local modules
    # Its warnings come on stdout too.
    modules=$("$java_home/bin/jdeps" --print-module-deps --ignore-missing-deps --multi-release 25 "$1"/lib/*.jar |
        grep -v ^Warning) || die "jdeps cannot tell which modules the jars use"
    quietly "linking a run-time image of $modules" jlink.log "$java_home/bin/jlink" \
        --add-modules "$modules,java.logging,jdk.net,jdk.unsupported" --strip-debug --no-header-files --no-man-pages \
        --output "$1/jre"
    # Without its archive of the JDK's own classes a JVM takes twice as long to start.
    quietly "archiving its classes" jre-dump.log "$1/jre/bin/java" -XX:+UseSerialGC -Xshare:dump
}

# path_jar ROLE MODULE LIB: a jar of nothing but a class path, relative to itself: one word on the command line, wherever the
# archive is unpacked.
path_jar() {
    # A line of a manifest goes on in the next one that begins with a blank; the second blank parts the names.
    { printf 'Class-Path: '; class_path . "$2" | tr ':' '\n' | sed 's|^\./||; 2,$ s|^|  |'; } >"$build/dist/.manifest"
    "$java_home/bin/jar" --create --file "$3/$1.jar" --date 2026-11-24T00:00:00Z --manifest "$build/dist/.manifest"
    rm "$build/dist/.manifest"
}
