# shellcheck shell=bash
# package: build/dist/estiba-VERSION-linux-x86_64.tar.gz, which needs no JDK on the machine where it runs.

package() {
    die "package is not built yet"
}
