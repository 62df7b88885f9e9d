package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import java.io.IOException;
import java.util.List;

/** {@code daemon}: its flags and its page. Who is called so becomes the daemon, before any JVM of the command is asked. */
public final class DaemonCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.list(
                                    "host",
                                    "Where it listens: unix://PATH, tcp://IP:PORT, or fd:// for a socket that systemd holds")
                            .letter('H'),
                    Flag.text(
                                    "group",
                                    "The group that may use its socket; docker, where there is one, when it is not said")
                            .letter('G'),
                    Flag.onOff("tls", "Implied by --tlsverify; not enough by itself"),
                    Flag.onOff("tlsverify", "On TCP, serve clients that show a certificate of --tlscacert, with TLS"),
                    Flag.text("tlscacert", "Who signs the certificates of clients on TCP (PEM)"),
                    Flag.text("tlscert", "The daemon's certificate on TCP (PEM)"),
                    Flag.text("tlskey", "The key of that certificate (PEM)"),
                    Flag.text("metrics-addr", "Where Prometheus reads what is measured: IP:PORT"),
                    Flag.text("doors", "What it speaks: docker, or docker,registry")
                            .fallback("docker"),
                    Flag.text(
                            "security",
                            "How narrowly its containers are kept in that say nothing of it: standard, strict"),
                    Flag.text("data-root", "What it keeps").fallback("/var/lib/estiba"),
                    Flag.text("exec-root", "What ends with the boot").fallback("/run/estiba/engine"),
                    Flag.text("config-file", "Its settings, in daemon.json's terms")
                            .fallback("/etc/estiba/daemon.json"),
                    Flag.onOff("validate", "Read the settings, say what is wrong with them, and end")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public List<Section> sections() {
        return List.of(
                new Section(
                        "Sockets",
                        List.of(
                                "Without --host it listens at /run/estiba/docker.sock, of mode 0660: who may write to it has the"
                                        + " machine. Docker's own command uses it by"
                                        + " DOCKER_HOST=unix:///run/estiba/docker.sock.",
                                "tcp://IP:PORT wants --tlsverify, --tlscacert, --tlscert and --tlskey: on TCP it serves clients alone"
                                        + " that show a certificate which that authority has signed. Whoever has one has the machine. The"
                                        + " port is 2376 where none is said, and the address 127.0.0.1. Certificates may be replaced at"
                                        + " any time; SIGHUP says when they are not right.",
                                "A command that needs the daemon starts it when it is not there, and says so; the daemon's log"
                                        + " is then /run/estiba/daemon.log.")),
                new Section(
                        "Settings",
                        List.of(
                                "The file has dockerd's keys. Of containers: cgroup-parent, default-cgroupns-mode, default-ipc-mode,"
                                        + " default-shm-size, default-ulimits, dns, dns-opts, dns-search, init, log-driver, log-opts,"
                                        + " no-new-privileges, seccomp-profile, security; a container keeps what it was made with."
                                        + " With security strict (or --security strict) containers are made as run --security strict"
                                        + " makes them, unless --security-opt security=standard is said; --privileged wants it said.",
                                "Of networks: bip, bip6, default-address-pools, default-network-opts, fixed-cidr, fixed-cidr-v6, icc, ip,"
                                        + " ip-masq, ipv6, mtu. The default network is made anew by a daemon with other settings when no"
                                        + " container is in it.",
                                "Of the daemon: data-root, debug, doors, exec-root, group, hosts, insecure-registries, labels, log-level,"
                                        + " metrics-addr, pidfile,"
                                        + " proxies, registry, registry-mirrors, tls, tlscacert, tlscert, tlskey, tlsverify. The two of registries are read from /etc/docker/daemon.json and"
                                        + " /etc/estiba/daemon.json.",
                                "What has no meaning here is passed over, and the log says so; what is not built yet, or would switch off"
                                        + " what protects containers from one another, is refused by its name, and so is what is no key.",
                                "Where no flag names its directories, ESTIBA_DATA_ROOT and ESTIBA_EXEC_ROOT do, before the file, as for the"
                                        + " other commands, which find it by them.",
                                "SIGHUP makes it read the file again: debug, default-cgroupns-mode, default-ipc-mode, default-shm-size,"
                                        + " labels, log-level and what is said of registries are as the file says then. An event of the"
                                        + " type daemon tells of it. A file with a mistake changes nothing.")),
                new Section(
                        "A registry",
                        List.of(
                                "With --doors docker,registry (or doors in the file) it also serves its images as a registry, as registry"
                                        + " serve does: estiba-registry-serve(1). The file's key registry is an object with that"
                                        + " command's flags, without their dashes; names of files are absolute.")),
                new Section(
                        "Metrics and traces",
                        List.of(
                                "With metrics-addr, GET /metrics there tells what is measured, as Prometheus reads it: dockerd's names"
                                        + " (engine_daemon_container_actions_seconds and the others), and estiba_ for what that has not."
                                        + " :9323 is 127.0.0.1:9323. Whoever reaches the port may read them; they name no container and"
                                        + " no image. Without it nothing is measured.",
                                "Where OTEL_EXPORTER_OTLP_ENDPOINT is in its environment, it tells the collector there of each call, and of"
                                        + " a start's steps: OTLP over HTTP, in JSON. OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,"
                                        + " OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME and OTEL_SDK_DISABLED are as in other programs.")),
                new Section(
                        "As a service",
                        List.of(
                                "The units estiba.socket and estiba.service come with this program, in share/systemd. A socket that systemd"
                                        + " holds is served by --host fd://. Whoever starts it with NOTIFY_SOCKET is told when it is"
                                        + " ready, reads its settings again, and ends: sd_notify(3).")),
                new Section(
                        "Its end",
                        List.of(
                                "Containers go on when it ends, whatever ended it. The next one finds them again, and what"
                                        + " became of them meanwhile.")));
    }

    @Override
    public int run(Call call) throws IOException {
        call.complain("estiba: say 'estiba daemon' with nothing before it");
        return FlagSet.WRONG_FLAG;
    }
}
