package dev.estiba.engine.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.EndpointConfig;
import dev.estiba.network.NetworkException;
import dev.estiba.network.PublishedPort;
import dev.estiba.network.StrictEndpoint;
import dev.estiba.network.address.Subnet;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Given}. */
final class GivenJson {
    private GivenJson() {}

    static byte[] write(Given given) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeArrayPropertyStart("places");
            given.places().forEach(place -> write(out, place));
            out.writeEndArray();
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Given.Place place) {
        EndpointConfig endpoint = place.endpoint();
        out.writeStartObject();
        out.writeStringProperty("network", place.network());
        out.writeStringProperty("networkId", endpoint.networkId());
        out.writeStringProperty("id", endpoint.id());
        out.writeStringProperty("container", endpoint.container());
        texts(out, "addresses", endpoint.addresses());
        out.writeArrayPropertyStart("prefixes");
        place.prefixes().forEach(out::writeNumber);
        out.writeEndArray();
        texts(out, "gateways", place.gateways());
        out.writeStringProperty("mac", endpoint.mac().text());
        Output.text(out, "device", endpoint.device());
        out.writeNumberProperty("gatewayPriority", endpoint.gatewayPriority());
        texts(out, "linkLocal", endpoint.linkLocal());
        Output.textMap(out, "sysctls", endpoint.sysctls());
        Output.texts(out, "names", endpoint.names());
        Output.textMap(out, "links", endpoint.links());
        out.writeArrayPropertyStart("ports");
        endpoint.ports().forEach(port -> write(out, port));
        out.writeEndArray();
        if (endpoint.strict().isPresent()) {
            out.writeObjectPropertyStart("strict");
            texts(out, "hostAddresses", endpoint.strict().get().hostAddresses());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void texts(JsonGenerator out, String name, List<InetAddress> addresses) {
        Output.texts(out, name, addresses.stream().map(Subnet::text).toList());
    }

    private static void write(JsonGenerator out, PublishedPort port) {
        out.writeStartObject();
        out.writeStringProperty("transport", port.transport().name());
        out.writeStringProperty("hostAddress", Subnet.text(port.hostAddress()));
        out.writeNumberProperty("hostPort", port.hostPort());
        out.writeNumberProperty("containerPort", port.containerPort());
        out.writeBooleanProperty("respectsHostFirewall", port.respectsHostFirewall());
        out.writeEndObject();
    }

    /** @throws IOException when it is damaged */
    static Given read(byte[] document) throws IOException {
        List<Given.Place> places = new ArrayList<>();
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            in.object();
            for (String field = in.nextField(); field != null; field = in.nextField()) {
                if (field.equals("places")) {
                    in.array();
                    while (in.nextElement()) {
                        places.add(place(in));
                    }
                } else {
                    in.skip();
                }
            }
            in.end();
        } catch (IllegalArgumentException | DocumentException e) {
            throw new IOException("what a container was given of networks is damaged: " + e.getMessage(), e);
        }
        return new Given(places);
    }

    private static Given.Place place(Cursor in) throws IOException, DocumentException {
        String network = "";
        String networkId = "";
        String id = "";
        String container = "";
        List<InetAddress> addresses = List.of();
        List<Integer> prefixes = new ArrayList<>();
        List<InetAddress> gateways = List.of();
        String mac = "";
        Optional<String> device = Optional.empty();
        int priority = 0;
        List<InetAddress> linkLocal = List.of();
        Map<String, String> sysctls = Map.of();
        List<String> names = List.of();
        Map<String, String> links = Map.of();
        List<PublishedPort> ports = new ArrayList<>();
        Optional<StrictEndpoint> strict = Optional.empty();
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "network" -> network = in.text();
                case "networkId" -> networkId = in.text();
                case "id" -> id = in.text();
                case "container" -> container = in.text();
                case "addresses" -> addresses = addresses(in);
                case "prefixes" -> prefixes(in, prefixes);
                case "gateways" -> gateways = addresses(in);
                case "mac" -> mac = in.text();
                case "device" -> device = Optional.of(in.text());
                case "gatewayPriority" -> priority = in.int32();
                case "linkLocal" -> linkLocal = addresses(in);
                case "sysctls" -> sysctls = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "names" -> names = in.texts();
                case "links" -> links = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "ports" -> ports(in, ports);
                case "strict" -> strict = Optional.of(strict(in));
                default -> in.skip();
            }
        }
        if (prefixes.size() != addresses.size()) {
            throw new IllegalArgumentException("addresses without prefixes");
        }
        EndpointConfig endpoint = new EndpointConfig(
                id,
                networkId,
                container,
                addresses,
                new Links.Mac(mac),
                device,
                priority,
                linkLocal,
                sysctls,
                names,
                links,
                ports,
                strict);
        return new Given.Place(network, endpoint, gateways, prefixes);
    }

    private static StrictEndpoint strict(Cursor in) throws DocumentException, NetworkException {
        List<InetAddress> hostAddresses = List.of();
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            if (field.equals("hostAddresses")) {
                hostAddresses = addresses(in);
            } else {
                in.skip();
            }
        }
        return new StrictEndpoint(hostAddresses);
    }

    private static void prefixes(Cursor in, List<Integer> to) throws DocumentException {
        in.array();
        while (in.nextElement()) {
            to.add(in.between(0, 128));
        }
    }

    private static List<InetAddress> addresses(Cursor in) throws DocumentException, NetworkException {
        List<InetAddress> all = new ArrayList<>();
        for (String text : in.texts()) {
            all.add(Subnet.parseAddress(text));
        }
        return all;
    }

    private static void ports(Cursor in, List<PublishedPort> to) throws IOException, DocumentException {
        in.array();
        while (in.nextElement()) {
            to.add(port(in));
        }
    }

    private static PublishedPort port(Cursor in) throws IOException, DocumentException {
        String transport = "";
        String address = "";
        int hostPort = 0;
        int containerPort = 0;
        boolean respects = false;
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "transport" -> transport = in.text();
                case "hostAddress" -> address = in.text();
                case "hostPort" -> hostPort = in.int32();
                case "containerPort" -> containerPort = in.int32();
                case "respectsHostFirewall" -> respects = in.bool();
                default -> in.skip();
            }
        }
        return new PublishedPort(
                PortWishes.transport(transport), Subnet.parseAddress(address), hostPort, containerPort, respects);
    }
}
