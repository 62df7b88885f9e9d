# shellcheck shell=bash
# prepare_vm: brings what the virtual machine of the tests is made of into build/vm. Its disk is made by the first test that
# boots it.
#
# QEMU emulates the processor: what the machine that runs the tests lets its guests have is of no concern. What cannot be
# had is said here and in build/vm.log; the tests that need it are skipped with their reason.
prepare_vm() {
    [ -x testkit/vm/install ] || return 0
    # In processes of their own: a machine without QEMU still has its other tests.
    (want qemu-system-x86_64 qemu-system-x86) || say "QEMU cannot be installed; tests that need it will say so"
    command -v qemu-system-x86_64 >/dev/null || return 0
    # What its disk is made with; a small Debian has neither.
    (want mke2fs e2fsprogs && want xz xz-utils) || say "what makes the virtual machine's disk cannot be installed"
    say "looking after the virtual machine of the tests"
    ESTIBA_NO_INSTALL=$no_install testkit/vm/install "$build/vm" >"$build/vm.log" 2>&1 </dev/null || {
        tail -n 5 "$build/vm.log" >&2
        say "the virtual machine has no kernels (build/vm.log); tests that need it will say so"
    }
}
