package dev.estiba.oci.runtime;

import java.util.List;
import java.util.OptionalInt;

/**
 * Names of calls and what happens to them: an entry of {@code linux.seccomp.syscalls}.
 *
 * @param names calls as the kernel names them; unknown ones stay
 * @param action what the kernel does
 * @param errnoRet 0 to 65535: seccomp(2) carries 16 bits of data
 * @param args all have to hold; none means always
 */
public record SeccompRule(List<String> names, Seccomp.Action action, OptionalInt errnoRet, List<SeccompArg> args) {
    public SeccompRule {
        names = List.copyOf(names);
        args = List.copyOf(args);
        Ranges.between("errnoRet", errnoRet, 0, Seccomp.MAX_DATA);
    }
}
