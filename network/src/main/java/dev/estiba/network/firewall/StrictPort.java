package dev.estiba.network.firewall;

import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.NfSets;
import dev.estiba.linux.netlink.NfSets.Element;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The port of a bridge behind which is a container that is kept in narrowly.
 *
 * @param device the host's end of its pair
 * @param bridge the device that its packets come to the host from
 * @param mac what it sends by
 * @param addresses what it sends by, of both families, those of the link included
 * @param hostAddresses of the host that it reaches all the same
 */
public record StrictPort(
        String device, String bridge, Links.Mac mac, List<InetAddress> addresses, List<InetAddress> hostAddresses) {
    public StrictPort {
        addresses = List.copyOf(addresses);
        hostAddresses = List.copyOf(hostAddresses);
    }

    /** Its elements in the sets of the table that sees packets, by the sets. */
    Map<String, List<Element>> packetElements() {
        Map<String, List<Element>> all = new LinkedHashMap<>();
        for (InetAddress address : addresses) {
            String family = family(address);
            element(all, StrictRules.SOURCES + family, Expressions.deviceName(bridge), address.getAddress());
            for (InetAddress host : hostAddresses) {
                if (family(host).equals(family)) {
                    element(all, StrictRules.REACHED + family, address.getAddress(), host.getAddress());
                }
            }
        }
        return all;
    }

    /** The same of the table that sees frames. */
    Map<String, List<Element>> frameElements() {
        byte[] port = Expressions.deviceName(device);
        Map<String, List<Element>> all = new LinkedHashMap<>();
        all.put(FrameRules.PORTS, List.of(Element.jump(port, FrameRules.CHECK)));
        for (InetAddress address : addresses) {
            element(all, FrameRules.OWN + family(address), port, mac.bytes(), address.getAddress());
        }
        return all;
    }

    private static void element(Map<String, List<Element>> all, String set, byte[]... fields) {
        all.computeIfAbsent(set, _ -> new ArrayList<>()).add(Element.of(NfSets.concatenated(fields)));
    }

    private static String family(InetAddress address) {
        return address instanceof Inet4Address ? "4" : "6";
    }
}
