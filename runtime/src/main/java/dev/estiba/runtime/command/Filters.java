package dev.estiba.runtime.command;

import dev.estiba.linux.number.Abi;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.runtime.compile.UnsupportedConfig;
import dev.estiba.runtime.seccomp.FilterCache;
import dev.estiba.runtime.seccomp.FilterCompiler;
import dev.estiba.runtime.seccomp.FilterProgram;
import dev.estiba.runtime.seccomp.OciSeccomp;
import dev.estiba.runtime.seccomp.SeccompException;

/** Profiles of configurations as filters, each compiled once. Safe for all threads. */
public final class Filters {
    private static final int KEPT = 64;

    private final FilterCache<SeccompSource> cache = new FilterCache<>(KEPT);
    private final Abi abi;

    public Filters(Abi abi) {
        this.abi = abi;
    }

    /** @throws UnsupportedConfig when the profile says what no filter can be made of */
    public FilterProgram of(SeccompSource source) {
        return cache.get(source, () -> compile(source));
    }

    private FilterProgram compile(SeccompSource source) {
        try {
            return FilterCompiler.compile(OciSeccomp.profile(source.parse()), abi);
        } catch (DocumentException | SeccompException e) {
            throw new UnsupportedConfig("linux.seccomp: " + e.getMessage());
        }
    }
}
