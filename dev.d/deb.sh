# shellcheck shell=bash
# package_deb TOP VERSION: build/dist/estiba_VERSION_amd64.deb, of what package has put into TOP.
#
# Everything is beneath /usr/lib/estiba, where the executable finds it by its own place; /usr/bin has links. The units, the
# manual pages and the completions are where Debian's programs look for them. dev.d/deb/ has what dpkg runs.

package_deb() {
    local top=$1 version=$2 root deb
    command -v dpkg-deb >/dev/null || die "dpkg-deb is not here: a .deb is made on Debian, or where dpkg is installed"
    root=$build/dist/.deb.$$
    rm -rf "$build/dist"/.deb.*
    mkdir -p "$root/usr/lib/estiba" "$root/usr/bin" "$root/usr/share/man" "$root/usr/lib/systemd/system" "$root/etc/estiba" \
        "$root/usr/share/doc/estiba" "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
        "$root/usr/share/fish/vendor_completions.d" "$root/DEBIAN"
    cp -a "$top/bin" "$top/lib" "$top/jre" "$root/usr/lib/estiba/"
    cp -a "$top/share" "$root/usr/lib/estiba/"
    rm -rf "$root/usr/lib/estiba/share/man" "$root/usr/lib/estiba/share/systemd" "$root/usr/lib/estiba/share/completion"
    ln -s ../lib/estiba/bin/estiba ../lib/estiba/bin/estiba-oci "$root/usr/bin/"
    cp -a "$top/share/man/man1" "$root/usr/share/man/"
    gzip -n -9 "$root/usr/share/man/man1"/*
    cp "$top/share/systemd"/estiba.* "$root/usr/lib/systemd/system/"
    cp "$top/share/completion/estiba.bash" "$root/usr/share/bash-completion/completions/estiba"
    cp "$top/share/completion/_estiba" "$root/usr/share/zsh/vendor-completions/"
    cp "$top/share/completion/estiba.fish" "$root/usr/share/fish/vendor_completions.d/"
    cp LICENSE "$root/usr/share/doc/estiba/copyright"
    gzip -n -9 <CHANGELOG.md >"$root/usr/share/doc/estiba/changelog.gz"
    echo '{}' >"$root/etc/estiba/daemon.json"
    cp dev.d/deb/* "$root/DEBIAN/"
    echo /etc/estiba/daemon.json >"$root/DEBIAN/conffiles"
    (cd "$root" && find usr -type f -exec md5sum {} + | sort -k 2) >"$root/DEBIAN/md5sums"
    cat >"$root/DEBIAN/control" <<EOF
Package: estiba
Version: $version
Architecture: amd64
Maintainer: The developers of Estiba <estiba@localhost>
Installed-Size: $(du -sk "$root" | cut -f 1)
Depends: $(deb_depends "$root/usr/lib/estiba/jre")
Suggests: docker-cli, busybox-static
Section: admin
Priority: optional
Description: containers in the manner of Docker's
 A command and a daemon that pull images and run them as containers, and that
 speak the Docker Engine API; an OCI runtime in runc's place. Containers go on
 when the daemon ends, is restarted or upgraded. With a Java run-time image of
 its own.
EOF
    chmod -R u=rwX,go=rX "$root"
    deb=$build/dist/estiba_${version}_amd64.deb
    SOURCE_DATE_EPOCH=$(commit_time) quietly "packing for Debian" deb.log \
        dpkg-deb --root-owner-group -Zxz -z6 --build "$root" "$deb.new"
    mv "$deb.new" "$deb"
    rm -rf "$root"
    say "${deb#"$repo"/}, $(($(stat -c %s "$deb") / 1000000)) MB"
}

# A snapshot comes before its release, and after those of earlier commits.
deb_version() {
    case $1 in
        *-SNAPSHOT) echo "${1%-SNAPSHOT}~$(date -u -d "@$(commit_time)" +%Y%m%d%H%M%S)" ;;
        *) echo "$1" ;;
    esac
}

# deb_depends JRE: what the run-time image is linked to, by the packages that have it here.
deb_depends() {
    local all
    all=$(ldd "$1/bin/java" "$1"/lib/*.so "$1/lib/server"/*.so 2>/dev/null |
        sed -n 's|^.*[ \t]\(/[^ ]*\) (0x.*|\1|p' | grep -v "^$build" | sort -u | while read -r library; do
            # As it was before /lib and /usr/lib were one, which is what dpkg may know.
            dpkg-query -S "$library" "/usr$library" "${library#/usr}" 2>/dev/null || :
        done | sed -n 's/^\([a-z0-9.+-]*\):.*/\1/p' | sort -u | grep -vx libc6 | tr '\n' ',' | sed 's/,/, /g')
    echo "${all}libc6 (>= $(jre_glibc)), passwd"
}
