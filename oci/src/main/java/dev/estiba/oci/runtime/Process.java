package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The process of a container, or one more in it: {@code process} of config.md.
 *
 * @param terminal whether it gets a terminal of its own
 * @param consoleSize first size of that terminal
 * @param user ids; root when absent
 * @param args argument vector; {@code args[0]} is looked up in PATH
 * @param commandLine of Windows containers
 * @param env whole environment, {@code NAME=value}
 * @param cwd absolute working directory
 * @param capabilities absent is told apart from five empty sets
 * @param rlimits resource limits
 * @param noNewPrivileges PR_SET_NO_NEW_PRIVS
 * @param apparmorProfile AppArmor profile
 * @param oomScoreAdj -1000 to 1000; absent leaves what is inherited
 * @param scheduler scheduling policy
 * @param selinuxLabel SELinux label
 * @param ioPriority I/O priority
 * @param execCpuAffinity CPUs of processes that {@code exec} adds
 */
public record Process(
        boolean terminal,
        Optional<ConsoleSize> consoleSize,
        User user,
        List<String> args,
        Optional<String> commandLine,
        List<String> env,
        String cwd,
        Optional<Capabilities> capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        Optional<String> apparmorProfile,
        OptionalInt oomScoreAdj,
        Optional<Scheduler> scheduler,
        Optional<String> selinuxLabel,
        Optional<IoPriority> ioPriority,
        Optional<ExecCpuAffinity> execCpuAffinity) {
    public Process {
        args = List.copyOf(args);
        commandLine = Copies.nonEmpty(commandLine);
        env = List.copyOf(env);
        rlimits = List.copyOf(rlimits);
        apparmorProfile = Copies.nonEmpty(apparmorProfile);
        selinuxLabel = Copies.nonEmpty(selinuxLabel);
    }

    /** Starts from nothing but what has to be there. */
    public static Builder builder(List<String> args, String cwd) {
        return new Builder(args, cwd);
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder(args, cwd);
        copy.terminal = terminal;
        copy.consoleSize = consoleSize;
        copy.user = user;
        copy.commandLine = commandLine;
        copy.env = env;
        copy.capabilities = capabilities;
        copy.rlimits = rlimits;
        copy.noNewPrivileges = noNewPrivileges;
        copy.apparmorProfile = apparmorProfile;
        copy.oomScoreAdj = oomScoreAdj;
        copy.scheduler = scheduler;
        copy.selinuxLabel = selinuxLabel;
        copy.ioPriority = ioPriority;
        copy.execCpuAffinity = execCpuAffinity;
        return copy;
    }

    /** Collects the fields of a {@link Process}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private boolean terminal;
        private Optional<ConsoleSize> consoleSize = Optional.empty();
        private User user = User.ROOT;
        private List<String> args;
        private Optional<String> commandLine = Optional.empty();
        private List<String> env = List.of();
        private String cwd;
        private Optional<Capabilities> capabilities = Optional.empty();
        private List<Rlimit> rlimits = List.of();
        private boolean noNewPrivileges;
        private Optional<String> apparmorProfile = Optional.empty();
        private OptionalInt oomScoreAdj = OptionalInt.empty();
        private Optional<Scheduler> scheduler = Optional.empty();
        private Optional<String> selinuxLabel = Optional.empty();
        private Optional<IoPriority> ioPriority = Optional.empty();
        private Optional<ExecCpuAffinity> execCpuAffinity = Optional.empty();

        private Builder(List<String> args, String cwd) {
            this.args = args;
            this.cwd = cwd;
        }

        public Builder terminal(boolean terminal) {
            this.terminal = terminal;
            return this;
        }

        public Builder consoleSize(ConsoleSize consoleSize) {
            this.consoleSize = Optional.of(consoleSize);
            return this;
        }

        public Builder user(User user) {
            this.user = user;
            return this;
        }

        public Builder args(List<String> args) {
            this.args = args;
            return this;
        }

        public Builder commandLine(String commandLine) {
            this.commandLine = Optional.of(commandLine);
            return this;
        }

        public Builder env(List<String> env) {
            this.env = env;
            return this;
        }

        public Builder cwd(String cwd) {
            this.cwd = cwd;
            return this;
        }

        public Builder capabilities(Capabilities capabilities) {
            this.capabilities = Optional.of(capabilities);
            return this;
        }

        public Builder rlimits(List<Rlimit> rlimits) {
            this.rlimits = rlimits;
            return this;
        }

        public Builder noNewPrivileges(boolean noNewPrivileges) {
            this.noNewPrivileges = noNewPrivileges;
            return this;
        }

        public Builder apparmorProfile(String apparmorProfile) {
            this.apparmorProfile = Optional.of(apparmorProfile);
            return this;
        }

        public Builder oomScoreAdj(int oomScoreAdj) {
            this.oomScoreAdj = OptionalInt.of(oomScoreAdj);
            return this;
        }

        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = Optional.of(scheduler);
            return this;
        }

        public Builder selinuxLabel(String selinuxLabel) {
            this.selinuxLabel = Optional.of(selinuxLabel);
            return this;
        }

        public Builder ioPriority(IoPriority ioPriority) {
            this.ioPriority = Optional.of(ioPriority);
            return this;
        }

        public Builder execCpuAffinity(ExecCpuAffinity execCpuAffinity) {
            this.execCpuAffinity = Optional.of(execCpuAffinity);
            return this;
        }

        public Process build() {
            return new Process(
                    terminal,
                    consoleSize,
                    user,
                    args,
                    commandLine,
                    env,
                    cwd,
                    capabilities,
                    rlimits,
                    noNewPrivileges,
                    apparmorProfile,
                    oomScoreAdj,
                    scheduler,
                    selinuxLabel,
                    ioPriority,
                    execCpuAffinity);
        }
    }
}
