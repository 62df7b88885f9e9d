/**
 * {@code estiba-oci} on other kernels than that of the machine which tests: in a virtual machine whose processor QEMU
 * emulates, with cgroup version 2 alone and AppArmor. {@code testkit/vm/} has what runs in there.
 */
@NullMarked
package dev.estiba.testkit.vm;

import org.jspecify.annotations.NullMarked;
