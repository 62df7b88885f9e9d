/**
 * System call filters: an OCI seccomp profile compiled to the classic BPF program that seccomp(2) takes.
 *
 * <h2>What a profile means</h2>
 *
 * <p>The OCI specification names the parts of a profile and not what they mean together. Images and callers expect what
 * runc makes of it with libseccomp, so that is the meaning here, in this order; the sources are runc's
 * {@code libcontainer/seccomp} and libseccomp's {@code db.c}, {@code gen_bpf.c} and {@code syscalls.c}:
 *
 * <ol>
 *   <li>A calling convention that the profile does not list kills the thread; the machine's own is always listed. An
 *       x32 call (bit 30 of the number) on a profile without x32 is such a one; the number -1, by which a tracer skips
 *       a call, is not.
 *   <li>When the default action is neither ALLOW nor LOG nor TRACE, a call with a number above the largest that the
 *       profile names, in that calling convention, answers ENOSYS: it is newer than the profile, and a C library that
 *       gets ENOSYS falls back where EPERM would make it fail (runc's {@code patchbpf}).
 *   <li>Otherwise the rules for the call decide. A rule's conditions are ANDed; but a rule with two conditions on the
 *       same argument is as many rules as it has conditions, each with one (runc's {@code matchCall}). Rules are ORed.
 *   <li>The first rule without conditions takes the place of the default action for its call, as in libseccomp.
 *   <li>Names that no table knows are ignored; numbers that no rule names get the default action.
 * </ol>
 *
 * <p>Arguments are unsigned 64-bit numbers, or 32-bit ones on i386, x32 and arm, where, as in libseccomp, only the
 * lower half is looked at. In MASKED_EQ the value counts only where the mask has bits.
 *
 * <h2>Where it is stricter than runc</h2>
 *
 * <ul>
 *   <li>When several rules match, the most restrictive action wins, in the kernel's own order for several filters
 *       (seccomp(2)). libseccomp lets an unconditional rule hide every conditional one, orders conditions by argument
 *       and value, and runc drops every rule whose action is the default: a rule that denies with the default's errno
 *       does nothing there, and an ALLOW for other arguments lets the call through. Here it holds.
 *   <li>i386 reaches its sockets also through {@code socketcall}, and System V IPC through {@code ipc}, whose arguments
 *       lie in memory, where no filter can look. A rule for {@code socket} is extended to {@code socketcall}, as in
 *       libseccomp, unless an unconditional rule for {@code socketcall} decides. A rule with conditions is extended
 *       only when it is more restrictive than the default, and then without its conditions: libseccomp would also
 *       extend an ALLOW so, which lets through what the profile denies.
 *   <li>A value that does not fit a 32-bit argument never equals it; libseccomp compares the lower half of both. A
 *       sign-extended one (-1 as 64 bits) is meant as its lower half in both.
 * </ul>
 *
 * <p>NOTIFY is refused as the default and for sendmsg, by which the listener is handed over. runc refuses the default and
 * write, for the same reason.
 */
@NullMarked
package dev.estiba.runtime.seccomp;

import org.jspecify.annotations.NullMarked;
