package dev.estiba.clients;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What a program with docker-java does, told line by line: {@code DockerJavaRun IMAGE}; the engine is DOCKER_HOST's. */
public final class DockerJavaRun {
    private static final long PATIENCE = 60;

    private final DockerClient docker;
    private final String image;

    private DockerJavaRun(DockerClient docker, String image) {
        this.docker = docker;
        this.image = image;
    }

    public static void main(String[] arguments) throws Exception {
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        try (DockerClient docker = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build())) {
            DockerJavaRun run = new DockerJavaRun(docker, arguments[0]);
            run.engine();
            run.life();
            run.streams();
            run.files();
            run.networks();
            run.volumes();
            run.images();
            run.errors();
        }
        System.exit(0);
    }

    private static void say(String what, Object answer) {
        System.out.println(what + ": " + String.valueOf(answer).strip());
    }

    private String created(String name, HostConfig host, String... command) {
        return docker.createContainerCmd(image)
                .withName(name)
                .withCmd(command)
                .withHostConfig(host)
                .withLabels(Map.of("deck", "upper"))
                .withStdinOpen(true)
                .withStdInOnce(true)
                .exec()
                .getId();
    }

    private String started(String name, String... command) {
        String id = created(name, HostConfig.newHostConfig(), command);
        docker.startContainerCmd(id).exec();
        return id;
    }

    private void removed(String id) {
        docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    }

    private void engine() {
        docker.pingCmd().exec();
        say("api", docker.versionCmd().exec().getApiVersion());
        say("os", docker.infoCmd().exec().getOsType());
    }

    private void life() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (Closeable listening = docker.eventsCmd()
                .withLabelFilter("deck=upper")
                .exec(new ResultCallback.Adapter<Event>() {
                    @Override
                    public void onNext(Event event) {
                        events.add(event.getAction());
                    }
                })) {
            HostConfig host = HostConfig.newHostConfig()
                    .withMemory(64L << 20)
                    .withPidsLimit(50L)
                    .withTmpFs(Map.of("/scratch", "size=1m"));
            String id = created("life", host, "sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done");
            docker.startContainerCmd(id).exec();
            InspectContainerResponse seen = docker.inspectContainerCmd(id).exec();
            say("running", seen.getState().getRunning());
            say("memory", seen.getHostConfig().getMemory());
            say(
                    "listed",
                    docker.listContainersCmd()
                            .withLabelFilter(Map.of("deck", "upper"))
                            .exec()
                            .size());
            docker.pauseContainerCmd(id).exec();
            say("paused", docker.inspectContainerCmd(id).exec().getState().getPaused());
            docker.unpauseContainerCmd(id).exec();
            docker.updateContainerCmd(id)
                    .withMemory(128L << 20)
                    .withMemorySwap(256L << 20)
                    .exec();
            say("updated", docker.inspectContainerCmd(id).exec().getHostConfig().getMemory());
            docker.renameContainerCmd(id).withName("renamed").exec();
            say("top", docker.topContainerCmd("renamed").exec().getTitles().length > 0);
            say("stats", statistics(id).getMemoryStats().getUsage() > 0);
            docker.stopContainerCmd(id).withTimeout(30).exec();
            say("status", docker.waitContainerCmd(id).start().awaitStatusCode());
            removed(id);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
            while (!events.contains("destroy") && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        say("events", events);
    }

    private Statistics statistics(String id) throws Exception {
        AtomicReference<Statistics> first = new AtomicReference<>();
        docker.statsCmd(id)
                .withNoStream(true)
                .exec(new ResultCallback.Adapter<Statistics>() {
                    @Override
                    public void onNext(Statistics statistics) {
                        first.compareAndSet(null, statistics);
                    }
                })
                .awaitCompletion(PATIENCE, TimeUnit.SECONDS);
        return first.get();
    }

    private static final class Text extends ResultCallback.Adapter<Frame> {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onNext(Frame frame) {
            text.append(frame.getStreamType())
                    .append('=')
                    .append(new String(frame.getPayload(), StandardCharsets.UTF_8).strip())
                    .append(' ');
        }

        String text() throws InterruptedException {
            awaitCompletion(PATIENCE, TimeUnit.SECONDS);
            return text.toString();
        }
    }

    private void streams() throws Exception {
        String id = created("streams", HostConfig.newHostConfig(), "sh", "-c", "read line; echo got $line; exit 4");
        Text attached = docker.attachContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .withStdIn(new ByteArrayInputStream("cargo\n".getBytes(StandardCharsets.UTF_8)))
                .exec(new Text());
        docker.startContainerCmd(id).exec();
        say("attached", attached.text());
        say("its status", docker.waitContainerCmd(id).start().awaitStatusCode());
        say(
                "log",
                docker.logContainerCmd(id)
                        .withStdOut(true)
                        .withStdErr(true)
                        .exec(new Text())
                        .text());
        removed(id);
        String other = started("execs", "sleep", "1000");
        String exec = docker.execCreateCmd(other)
                .withCmd("sh", "-c", "read line; echo $line; sleep 0.2; echo done >&2; exit 6")
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        Text ran = docker.execStartCmd(exec)
                .withStdIn(new ByteArrayInputStream("through\n".getBytes(StandardCharsets.UTF_8)))
                .exec(new Text());
        say("exec", ran.text());
        say("exec's status", docker.inspectExecCmd(exec).exec().getExitCodeLong());
        removed(other);
    }

    private void files() throws IOException {
        String id = started("files", "sleep", "1000");
        docker.copyArchiveToContainerCmd(id)
                .withHostResource(System.getProperty("java.home") + "/release")
                .withRemotePath("/srv")
                .exec();
        try (InputStream in =
                docker.copyArchiveFromContainerCmd(id, "/srv/release").exec()) {
            say("copied", new String(in.readNBytes(7), StandardCharsets.US_ASCII));
        }
        say(
                "changed",
                docker.containerDiffCmd(id).exec().stream()
                        .anyMatch(change -> change.getPath().equals("/srv/release")));
        removed(id);
    }

    private void networks() throws Exception {
        String network = docker.createNetworkCmd()
                .withName("lane")
                .withLabels(Map.of("deck", "upper"))
                .exec()
                .getId();
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode("lane")
                .withPortBindings(PortBinding.parse("127.0.0.1:0:80"));
        String web = docker.createContainerCmd(image)
                .withName("web")
                .withAliases("front")
                .withCmd("nginx", "-g", "daemon off;")
                .withExposedPorts(ExposedPort.tcp(80))
                .withHostConfig(host)
                .exec()
                .getId();
        docker.startContainerCmd(web).exec();
        say(
                "published",
                docker.inspectContainerCmd(web)
                        .exec()
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(80))[0]
                        .getHostIp());
        String other = started("other", "sleep", "1000");
        docker.connectToNetworkCmd()
                .withNetworkId(network)
                .withContainerId(other)
                .exec();
        String exec = docker.execCreateCmd(other)
                .withCmd("curl", "-fsSo", "/dev/null", "-w", "%{http_code}", "http://front/")
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        say("by its alias", docker.execStartCmd(exec).exec(new Text()).text());
        docker.disconnectFromNetworkCmd()
                .withNetworkId("lane")
                .withContainerId(other)
                .withForce(true)
                .exec();
        say(
                "members",
                docker.inspectNetworkCmd()
                        .withNetworkId("lane")
                        .exec()
                        .getContainers()
                        .size());
        removed(web);
        removed(other);
        docker.removeNetworkCmd(network).exec();
        say("networks", docker.listNetworksCmd().withNameFilter("lane").exec().size());
    }

    private void volumes() {
        docker.createVolumeCmd()
                .withName("hold")
                .withLabels(Map.of("deck", "lower"))
                .exec();
        HostConfig host = HostConfig.newHostConfig().withBinds(new Bind("hold", new Volume("/hold")));
        String id = created("volumes", host, "sh", "-c", "echo salt > /hold/cargo");
        docker.startContainerCmd(id).exec();
        say("written", docker.waitContainerCmd(id).start().awaitStatusCode());
        say("driver", docker.inspectVolumeCmd("hold").exec().getDriver());
        removed(id);
        docker.removeVolumeCmd("hold").exec();
        say(
                "volumes",
                docker.listVolumesCmd()
                        .withFilter("name", List.of("hold"))
                        .exec()
                        .getVolumes());
    }

    private void images() throws IOException {
        String id = started("images", "sleep", "1000");
        String made = docker.commitCmd(id)
                .withRepository("estiba.test/made")
                .withTag("1")
                .exec();
        removed(id);
        docker.tagImageCmd(made, "estiba.test/made", "2").exec();
        say("tags", docker.inspectImageCmd(made).exec().getRepoTags());
        try (InputStream in = docker.saveImageCmd("estiba.test/made:2").exec()) {
            say("saved", in.readNBytes(512).length);
        }
        docker.removeImageCmd("estiba.test/made:1").exec();
        docker.removeImageCmd("estiba.test/made:2").exec();
        say(
                "images",
                docker.listImagesCmd()
                        .withFilter("reference", List.of("estiba.test/made"))
                        .exec()
                        .size());
    }

    private interface Call {
        void make() throws Exception;
    }

    /** Its exceptions are by the status of the answer; the text is the engine's. */
    private static void refused(String what, Class<? extends DockerException> by, Call call) throws Exception {
        try {
            call.make();
            say(what, "was not refused");
        } catch (DockerException e) {
            say(what, by.isInstance(e) ? e.getMessage().replaceAll("[0-9a-f]{64}", "ID") : e);
        }
    }

    private void errors() throws Exception {
        refused(
                "no container",
                NotFoundException.class,
                () -> docker.inspectContainerCmd("nobody").exec());
        refused(
                "no image",
                NotFoundException.class,
                () -> docker.createContainerCmd("estiba.test/none:1").exec());
        refused(
                "no network",
                NotFoundException.class,
                () -> docker.inspectNetworkCmd().withNetworkId("none-such").exec());
        refused(
                "no volume",
                NotFoundException.class,
                () -> docker.inspectVolumeCmd("none-such").exec());
        String id = started("errors", "sleep", "1000");
        refused(
                "its name is taken",
                ConflictException.class,
                () -> created("errors", HostConfig.newHostConfig(), "true"));
        refused(
                "it runs",
                ConflictException.class,
                () -> docker.removeContainerCmd(id).exec());
        refused(
                "too little memory",
                BadRequestException.class,
                () -> created("little", HostConfig.newHostConfig().withMemory(1000L), "true"));
        removed(id);
    }
}
