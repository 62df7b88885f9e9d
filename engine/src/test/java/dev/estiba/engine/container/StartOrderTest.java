package dev.estiba.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.engine.container.StartNeeds.Need;
import dev.estiba.engine.container.StartOrder.State;
import dev.estiba.engine.store.ContainerRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Who waits for whom when a daemon begins. */
class StartOrderTest {
    private final List<ContainerRecord> all = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Map<String, State> states = new HashMap<>();

    /** Its id is its name, made long. */
    private static String id(String name) {
        return (name + "0".repeat(64)).substring(0, 64);
    }

    private void container(String name, Map<String, String> labels, UnaryOperator<HostConfig.Builder> host) {
        CreateRequest request = new CreateRequest(
                ContainerConfig.builder().labels(labels).build(),
                host.apply(HostConfig.builder()).build(),
                new NetworkingConfig(Map.of()));
        all.add(new ContainerRecord(id(name), name, "", "", List.of(), false, request));
    }

    private void container(String name, String label, String value) {
        container(name, Map.of(label, value), UnaryOperator.identity());
    }

    private void service(String name, String dependsOn) {
        container(
                "shop-" + name + "-1",
                Map.of(
                        "com.docker.compose.project", "shop",
                        "com.docker.compose.service", name,
                        "com.docker.compose.depends_on", dependsOn),
                UnaryOperator.identity());
    }

    private Map<String, List<Need>> needs() {
        Set<String> due = new LinkedHashSet<>();
        all.forEach(record -> due.add(record.id()));
        return StartNeeds.of(due, all, told::add);
    }

    private List<String> texts(Map<String, List<Need>> needs, String name) {
        return needs.getOrDefault(id(name), List.of()).stream()
                .map(Need::toString)
                .toList();
    }

    @Test
    void whatAContainerCannotDoWithoutComesFirst() {
        container("a-net", Map.of(), host -> host.networkMode("container:" + id("z-pod")));
        container("b-pid", Map.of(), host -> host.pidMode("container:z-pod"));
        container("c-link", Map.of(), host -> host.links(List.of("b-pid:other", "/a-net:/c-link/net")));
        container("d-volumes", Map.of(), host -> host.volumesFrom(List.of("c-link:ro", "nobody")));
        container("z-pod", Map.of(), UnaryOperator.identity());
        Map<String, List<Need>> needs = needs();
        assertThat(needs.keySet())
                .containsExactly(id("z-pod"), id("a-net"), id("b-pid"), id("c-link"), id("d-volumes"));
        assertThat(texts(needs, "a-net")).containsExactly("the start of z-pod (container:" + id("z-pod") + ")");
        assertThat(texts(needs, "c-link"))
                .containsExactly("the start of b-pid (--link)", "the start of a-net (--link)");
        assertThat(texts(needs, "d-volumes")).containsExactly("the start of c-link (--volumes-from)");
        assertThat(told).isEmpty();
    }

    @Test
    void composeAndLabelsSayTheRest() {
        service("web", "db:service_healthy:false,cache:service_started:true,seed:service_completed_successfully:false");
        service("db", "");
        service("cache", "");
        service("seed", "");
        container("other", "dev.estiba.start-after", "shop-web-1, shop-db-1:healthy");
        container("annotated", Map.of(), host -> host.annotations(Map.of("dev.estiba.start-after", "other")));
        Map<String, List<Need>> needs = needs();
        assertThat(texts(needs, "shop-web-1"))
                .containsExactly(
                        "the health of shop-db-1 (depends_on)",
                        "the start of shop-cache-1 (depends_on)",
                        "the end of shop-seed-1 (depends_on)");
        assertThat(texts(needs, "other"))
                .containsExactly(
                        "the start of shop-web-1 (dev.estiba.start-after)",
                        "the health of shop-db-1 (dev.estiba.start-after)");
        assertThat(texts(needs, "annotated")).containsExactly("the start of other (dev.estiba.start-after)");
    }

    @Test
    void circlesAreSaidAndBroken() {
        container("a", "dev.estiba.start-after", "b");
        container("b", "dev.estiba.start-after", "c");
        container("c", "dev.estiba.start-after", "a,c");
        Map<String, List<Need>> needs = needs();
        assertThat(needs.keySet()).containsExactly(id("c"), id("b"), id("a"));
        assertThat(texts(needs, "c")).isEmpty();
        assertThat(told)
                .containsExactly(
                        "container c does not wait for the start of a (dev.estiba.start-after), which waits for it in turn");
    }

    private StartOrder order() {
        return new StartOrder(needs(), id -> states.getOrDefault(id, State.OVER), 0, told::add);
    }

    @Test
    void eachGoesWhenWhatItNeedsIsThere() {
        service("web", "db:service_healthy:false");
        service("db", "");
        container("last", "dev.estiba.start-after", "shop-web-1");
        StartOrder order = order();
        String db = id("shop-db-1");
        String web = id("shop-web-1");
        assertThat(order.ready(1, _ -> true)).containsExactly(db);
        assertThat(order.ready(2, _ -> true)).isEmpty();
        states.put(db, State.STARTING);
        order.attempted(db);
        assertThat(order.ready(3, _ -> true)).isEmpty();
        states.put(db, State.WELL);
        assertThat(order.ready(4, _ -> true)).containsExactly(web);
        order.attempted(web);
        assertThat(order.ready(5, _ -> true)).containsExactly(id("last"));
        assertThat(order.isOver()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void nobodyWaitsForWhatDoesNotCome() {
        container("a", "dev.estiba.start-after", "z:healthy");
        container("b", "dev.estiba.start-after", "z");
        container("z", Map.of(), UnaryOperator.identity());
        StartOrder order = order();
        assertThat(order.ready(1, _ -> true)).containsExactly(id("z"));
        states.put(id("z"), State.UNHEALTHY);
        order.attempted(id("z"));
        assertThat(order.ready(2, id -> !id.equals(id("b")))).containsExactly(id("a"));
        assertThat(told)
                .containsExactly("container a00000000000 does not wait for the health of z (dev.estiba.start-after)"
                        + " any more: it is unhealthy");
        // Of the other one somebody has decided otherwise.
        assertThat(order.isOver()).isTrue();
        told.clear();
        StartOrder late = order();
        assertThat(late.ready(1, _ -> true)).containsExactly(id("z"));
        assertThat(late.ready(StartOrder.LONGEST.toNanos() + 1, _ -> true)).containsExactlyInAnyOrder(id("a"), id("b"));
        assertThat(told)
                .contains("container b00000000000 is started without the start of z (dev.estiba.start-after), which has"
                        + " not come for 5 minutes");
    }
}
