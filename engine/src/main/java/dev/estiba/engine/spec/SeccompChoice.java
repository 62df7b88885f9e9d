package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.linux.Host;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.runtime.Defaults;
import dev.estiba.runtime.seccomp.Circumstances;
import dev.estiba.runtime.seccomp.FilterCompiler;
import dev.estiba.runtime.seccomp.OciSeccomp;
import dev.estiba.runtime.seccomp.ProfileFile;
import dev.estiba.runtime.seccomp.SeccompException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** {@code --security-opt seccomp=}: which system calls are left to a container. */
sealed interface SeccompChoice {
    /** A container that does not say it, {@code seccomp=builtin}, and {@code seccomp=unconfined}. */
    SeccompChoice BUILT_IN = new BuiltIn(), UNCONFINED = new Unconfined();

    /** What stands behind {@code seccomp=}: the client has put the file's contents in its place. */
    static SeccompChoice of(String value) throws ApiException {
        return switch (value) {
            case "unconfined" -> UNCONFINED;
            case "builtin", "" -> BUILT_IN;
            default -> {
                if (value.length() > Own.MOST) {
                    throw ApiException.badRequest("Decoding seccomp profile failed: it has " + value.length()
                            + " characters, and " + Own.MOST + " is the most");
                }
                yield new Own(value);
            }
        };
    }

    /**
     * The filter's configuration for a container with these capabilities on this host; empty when it has none.
     *
     * @throws ApiException 400 for a profile that is none, 501 for what is not built yet
     */
    Optional<SeccompSource> source(Set<Capability> bounding) throws ApiException;

    /**
     * Whether the kernel will take it: asked once, before the container is made. At its start the runtime asks again.
     *
     * @throws ApiException as {@link #source}
     */
    void check(Set<Capability> bounding) throws ApiException;

    /** Docker's profile. */
    record BuiltIn() implements SeccompChoice {
        @Override
        public Optional<SeccompSource> source(Set<Capability> bounding) {
            return Optional.of(Defaults.seccomp(bounding));
        }

        @Override
        public void check(Set<Capability> bounding) {
            // It is this program's own.
        }
    }

    /**
     * That of {@code --security strict}.
     *
     * @param hasOwnIds whether the container has a user namespace of its own
     */
    record Strict(boolean hasOwnIds) implements SeccompChoice {
        @Override
        public Optional<SeccompSource> source(Set<Capability> bounding) {
            return Optional.of(StrictSeccomp.of(bounding, hasOwnIds));
        }

        @Override
        public void check(Set<Capability> bounding) {
            // It is this program's own.
        }
    }

    /** No filter. */
    record Unconfined() implements SeccompChoice {
        @Override
        public Optional<SeccompSource> source(Set<Capability> bounding) {
            return Optional.empty();
        }

        @Override
        public void check(Set<Capability> bounding) {
            // Nothing can be wrong with it.
        }
    }

    /**
     * The user's own profile. Read at each start, and not by what only looks at the container: where its rules hold
     * depends on the kernel.
     *
     * @param json in Docker's format, as it came
     */
    record Own(String json) implements SeccompChoice {
        /** With the word in front of it, the longest text of a body ({@link dev.estiba.api.Body}). */
        private static final int MOST = (1 << 20) - "seccomp=".length();

        @Override
        public Optional<SeccompSource> source(Set<Capability> bounding) throws ApiException {
            return resolve(bounding).map(SeccompSource::of);
        }

        @Override
        public void check(Set<Capability> bounding) throws ApiException {
            Optional<Seccomp> seccomp = resolve(bounding);
            if (seccomp.isPresent()) {
                try {
                    FilterCompiler.compile(OciSeccomp.profile(seccomp.get()), Host.abi());
                } catch (SeccompException e) {
                    throw ApiException.badRequest("invalid seccomp profile: " + e.getMessage());
                }
            }
        }

        private Optional<Seccomp> resolve(Set<Capability> bounding) throws ApiException {
            Optional<Seccomp> seccomp;
            try {
                seccomp = ProfileFile.resolve(
                        ConfigReader.readProfile(json.getBytes(StandardCharsets.UTF_8)),
                        Circumstances.onThisHost(bounding));
            } catch (DocumentException e) {
                // LoadProfile of moby, profiles/seccomp. Without the column: the client has taken the white space out.
                String place = e.path().isEmpty() ? "" : e.path() + ": ";
                throw ApiException.badRequest("Decoding seccomp profile failed: " + place + e.problem());
            } catch (SeccompException e) {
                throw ApiException.badRequest(String.valueOf(e.getMessage()));
            }
            if (seccomp.isPresent()) {
                refuseListener(seccomp.get());
            }
            return seccomp;
        }

        private static void refuseListener(Seccomp seccomp) throws ApiException {
            boolean notifies = seccomp.defaultAction() == Seccomp.Action.NOTIFY
                    || seccomp.syscalls().stream().anyMatch(rule -> rule.action() == Seccomp.Action.NOTIFY);
            if (notifies) {
                throw ApiException.notImplemented("not built yet: SCMP_ACT_NOTIFY in a seccomp profile");
            }
            if (seccomp.listenerPath().isPresent()) {
                throw ApiException.notImplemented("not built yet: listenerPath in a seccomp profile");
            }
        }
    }
}
