# shellcheck shell=bash
# need_jdk, need_compiler, need_maven: find what the build needs, or install what apt has, saying so.
# maven: runs the build's own Maven. They set java_home and maven_home.

java_home=
maven_home=
maven_version=3.9.16
jdk_wanted=25

# The feature release of the JDK in this directory, or 0. Its own `release` file says it: no JVM is started to ask.
jdk_release() {
    local version
    if [ -x "$1/bin/javac" ] && [ -f "$1/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
    fi
    echo "${version:-0}"
}

find_jdk() {
    local variable home java
    for variable in ESTIBA_JAVA_HOME JAVA_HOME; do
        home=${!variable:-}
        [ -n "$home" ] || continue
        if [ "$(jdk_release "$home")" -ge $jdk_wanted ]; then
            java_home=$home
            return 0
        fi
        # JAVA_HOME may well serve other programs; ESTIBA_JAVA_HOME is meant for us.
        [ $variable = JAVA_HOME ] || die "ESTIBA_JAVA_HOME is $home, which is not a JDK $jdk_wanted or newer"
    done
    if java=$(command -v javac) && java=$(readlink -f "$java"); then
        home=${java%/bin/javac}
        if [ "$(jdk_release "$home")" -ge $jdk_wanted ]; then
            java_home=$home
            return 0
        fi
    fi
    for home in /usr/lib/jvm/*; do
        # Debian puts links beside the directories; either serves.
        if [ "$(jdk_release "$home")" -ge $jdk_wanted ]; then
            java_home=$home
            return 0
        fi
    done
    return 1
}

# Whether this system's own release has a JDK that we can use. Debian 12 has only 17, and a newer one from another
# release would bring that release's C library along: never that.
apt_has_jdk() {
    local id version
    command -v apt-cache >/dev/null || return 1
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && echo "${ID:-}")
    # shellcheck source=/dev/null
    version=$(. /etc/os-release && echo "${VERSION_ID:-999}")
    [ "$id" != debian ] || [ "${version%%.*}" -ge 13 ] || return 1
    [ -n "$(apt-cache show openjdk-25-jdk-headless 2>/dev/null)" ]
}

# install PACKAGE...: by apt when we may, else says what to type.
install() {
    local command="apt-get install --no-install-recommends $*"
    command -v apt-get >/dev/null || die "missing: $* (Debian's names); install them by this system's own means"
    if [ -n "$no_install" ]; then
        die "missing: $*
Nothing is installed because of --no-install. To install them:
    $command"
    fi
    if [ "$(id -u)" != 0 ]; then
        die "missing: $*
To install them:
    sudo $command"
    fi
    apt_update
    quietly "installing by apt: $*" apt.log env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"
}

apt_updated=
apt_update() {
    [ -z "$apt_updated" ] || return 0
    quietly "reading apt's lists" apt-update.log apt-get update -qq
    apt_updated=1
}

need_jdk() {
    [ -z "$java_home" ] || return 0
    if ! find_jdk; then
        if [ -z "$no_install" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt_update
        fi
        if apt_has_jdk; then
            install openjdk-25-jdk-headless
            find_jdk || die "apt installed openjdk-25-jdk-headless, but no JDK $jdk_wanted is in /usr/lib/jvm"
        else
            die "missing: a JDK $jdk_wanted or newer, which this system's apt does not have.
Unpack one (for example Eclipse Temurin $jdk_wanted) and let ESTIBA_JAVA_HOME point to its directory,
or put it under /usr/lib/jvm/."
        fi
    fi
    export JAVA_HOME=$java_home
}

need_compiler() {
    local missing=()
    command -v gcc >/dev/null || missing+=(gcc)
    [ -f /usr/include/stdlib.h ] || missing+=(libc6-dev)
    [ -f /usr/include/linux/sched.h ] || missing+=(linux-libc-dev)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
}

# Debian's Maven is either older than a plug-in asks for or noisy on a current JDK. It serves to fetch the one version
# that everybody builds with.
need_maven() {
    need_jdk
    maven_home=$build/tools/apache-maven-$maven_version
    [ ! -x "$maven_home/bin/mvn" ] || return 0
    command -v mvn >/dev/null || install maven
    local fresh=$build/tools/.new.$$
    mkdir -p "$fresh"
    # Away from the repository: its .mvn/ is written for the version that is being fetched.
    quietly "fetching Maven $maven_version" maven-fetch.log env -C "$fresh" mvn -B -q \
        org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack \
        "-Dartifact=org.apache.maven:apache-maven:$maven_version:tar.gz:bin" "-DoutputDirectory=$fresh"
    rm -rf "$maven_home"
    mv "$fresh/apache-maven-$maven_version" "$maven_home"
    rm -rf "$fresh"
}

# A machine's own Maven settings (mirrors, proxies) hold for this Maven too.
maven() {
    local settings=()
    [ ! -f /etc/maven/settings.xml ] || settings=(--global-settings /etc/maven/settings.xml)
    "$maven_home/bin/mvn" "${settings[@]}" "$@"
}
