package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container's configuration, the {@code config.json} of a bundle: config.md of the runtime specification 1.3.0.
 * It says what was asked for; whether that makes sense is asked of {@link ConfigRules}. An empty string in an optional
 * field counts as absent here and everywhere in this package, as it does for the specification's own Go types.
 *
 * @param ociVersion version of the specification that the document follows
 * @param process may be absent until {@code start}
 * @param root root file system
 * @param hostname of a new UTS namespace
 * @param domainname of a new UTS namespace
 * @param mounts in order
 * @param hooks none when absent
 * @param annotations free text by key
 * @param linux Linux section
 * @param otherSections top-level sections that were present and are not understood, such as {@code vm}
 */
public record Config(
        String ociVersion,
        Optional<Process> process,
        Optional<Root> root,
        Optional<String> hostname,
        Optional<String> domainname,
        List<Mount> mounts,
        Hooks hooks,
        Map<String, String> annotations,
        Optional<Linux> linux,
        List<String> otherSections) {
    /** The newest version of the specification that these records follow. */
    public static final String SPEC_VERSION = "1.3.0";

    public Config {
        hostname = Copies.nonEmpty(hostname);
        domainname = Copies.nonEmpty(domainname);
        mounts = List.copyOf(mounts);
        annotations = Copies.inOrder(annotations);
        otherSections = List.copyOf(otherSections);
    }

    /** Starts from nothing but what has to be there. */
    public static Builder builder(String ociVersion) {
        return new Builder(ociVersion);
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder(ociVersion);
        copy.process = process;
        copy.root = root;
        copy.hostname = hostname;
        copy.domainname = domainname;
        copy.mounts = mounts;
        copy.hooks = hooks;
        copy.annotations = annotations;
        copy.linux = linux;
        copy.otherSections = otherSections;
        return copy;
    }

    /** Collects the fields of a {@link Config}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String ociVersion;
        private Optional<Process> process = Optional.empty();
        private Optional<Root> root = Optional.empty();
        private Optional<String> hostname = Optional.empty();
        private Optional<String> domainname = Optional.empty();
        private List<Mount> mounts = List.of();
        private Hooks hooks = Hooks.NONE;
        private Map<String, String> annotations = Map.of();
        private Optional<Linux> linux = Optional.empty();
        private List<String> otherSections = List.of();

        private Builder(String ociVersion) {
            this.ociVersion = ociVersion;
        }

        public Builder ociVersion(String ociVersion) {
            this.ociVersion = ociVersion;
            return this;
        }

        public Builder process(Process process) {
            this.process = Optional.of(process);
            return this;
        }

        public Builder root(Root root) {
            this.root = Optional.of(root);
            return this;
        }

        public Builder hostname(String hostname) {
            this.hostname = Optional.of(hostname);
            return this;
        }

        public Builder domainname(String domainname) {
            this.domainname = Optional.of(domainname);
            return this;
        }

        public Builder mounts(List<Mount> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder hooks(Hooks hooks) {
            this.hooks = hooks;
            return this;
        }

        public Builder annotations(Map<String, String> annotations) {
            this.annotations = annotations;
            return this;
        }

        public Builder linux(Linux linux) {
            this.linux = Optional.of(linux);
            return this;
        }

        public Builder otherSections(List<String> otherSections) {
            this.otherSections = otherSections;
            return this;
        }

        public Config build() {
            return new Config(
                    ociVersion, process, root, hostname, domainname, mounts, hooks, annotations, linux, otherSections);
        }
    }
}
