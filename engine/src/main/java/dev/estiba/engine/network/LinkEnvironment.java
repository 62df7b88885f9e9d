package dev.estiba.engine.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The variables by which a container finds one that it has linked: moby, daemon/links, as dockerd has them until 28. */
public final class LinkEnvironment {
    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})/([a-z]+)");

    private final String alias;
    private final String address;
    private final List<String> all = new ArrayList<>();

    private LinkEnvironment(String alias, String address) {
        this.alias = alias.toUpperCase(Locale.ROOT).replace('-', '_');
        this.address = address;
    }

    /** An exposed port. */
    private record Port(int number, String protocol) {
        String name() {
            return number + "_" + protocol.toUpperCase(Locale.ROOT);
        }
    }

    /**
     * The variables.
     *
     * @param parent the name of the container that links
     * @param alias what it calls the other one
     * @param address of the other one
     * @param exposed {@code 80/tcp}
     * @param environment of the other one
     */
    public static List<String> of(
            String parent, String alias, String address, Collection<String> exposed, List<String> environment) {
        LinkEnvironment made = new LinkEnvironment(alias, address);
        made.ports(exposed);
        made.put("NAME", "/" + parent + "/" + alias);
        for (String variable : environment) {
            int equals = variable.indexOf('=');
            String name = equals < 0 ? "" : variable.substring(0, equals);
            if (!name.isEmpty() && !name.equals("HOME") && !name.equals("PATH")) {
                made.put("ENV_" + name, variable.substring(equals + 1));
            }
        }
        return made.all;
    }

    private void put(String name, String value) {
        all.add(alias + "_" + name + "=" + value);
    }

    private String place(Port port) {
        return port.protocol() + "://" + address + ":" + port.number();
    }

    private void ports(Collection<String> exposed) {
        List<Port> ports = new ArrayList<>();
        for (String text : exposed) {
            var parts = PORT.matcher(text.toLowerCase(Locale.ROOT));
            if (parts.matches()) {
                ports.add(new Port(Integer.parseInt(parts.group(1)), parts.group(2)));
            }
        }
        ports.sort(Comparator.comparing((Port port) -> !port.protocol().equals("tcp"))
                .thenComparing(Port::protocol)
                .thenComparing(Port::number));
        if (!ports.isEmpty()) {
            put("PORT", place(ports.getFirst()));
        }
        for (Port port : ports) {
            String name = "PORT_" + port.name();
            put(name, place(port));
            put(name + "_ADDR", address);
            put(name + "_PORT", Integer.toString(port.number()));
            put(name + "_PROTO", port.protocol());
        }
        for (int first = 0; first < ports.size(); first++) {
            int last = lastOfRow(ports, first);
            if (last > first) {
                row(ports.get(first), ports.get(last));
                first = last;
            }
        }
    }

    /** Up to where numbers of one protocol follow one another without a gap. */
    private static int lastOfRow(List<Port> ports, int first) {
        int last = first;
        while (last + 1 < ports.size()
                && ports.get(last + 1).number() == ports.get(last).number() + 1
                && ports.get(last + 1).protocol().equals(ports.get(first).protocol())) {
            last++;
        }
        return last;
    }

    private void row(Port first, Port last) {
        String name = "PORT_" + first.name();
        put(name + "_START", place(first));
        put(name + "_PORT_START", Integer.toString(first.number()));
        put(name + "_END", place(last));
        put(name + "_PORT_END", Integer.toString(last.number()));
    }
}
