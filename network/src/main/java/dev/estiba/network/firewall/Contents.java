package dev.estiba.network.firewall;

import dev.estiba.linux.netlink.Expressions;
import dev.estiba.linux.netlink.Message;
import dev.estiba.linux.netlink.NfSets;
import dev.estiba.linux.netlink.NfSets.Element;
import dev.estiba.linux.netlink.NfSets.Gives;
import dev.estiba.linux.netlink.NfSets.Type;
import dev.estiba.linux.netlink.NfTables;
import dev.estiba.linux.netlink.NfTables.Hook;
import dev.estiba.linux.netlink.NfTables.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a table is to have: as messages that make it, and as the numbers by which one that is there is compared with it. */
final class Contents {
    private final NfTables.Table table;
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, Integer> rules = new TreeMap<>();
    private final Map<String, List<Element>> elements = new TreeMap<>();
    private int sets;

    Contents(NfTables.Table table) {
        this.table = table;
    }

    NfTables.Table table() {
        return table;
    }

    /** What makes it, in a table that is empty. */
    List<Message> messages() {
        List<Message> all = new ArrayList<>(messages);
        elements.forEach((set, some) -> all.addAll(NfSets.addElements(table, set, some)));
        return all;
    }

    /** How many rules each chain has. */
    Map<String, Integer> rules() {
        return rules;
    }

    /** What is in each set. */
    Map<String, List<Element>> elements() {
        return elements;
    }

    void set(String name, List<Type> key, Gives gives, List<Type> value, boolean hasRanges) {
        sets++;
        messages.add(NfSets.add(new NfSets.Definition(table, name, sets, key, gives, value, hasRanges)));
        elements.put(name, new ArrayList<>());
    }

    void baseChain(String name, Kind kind, Hook hook, int priority) {
        messages.add(NfTables.addBaseChain(table, name, kind, hook, priority));
        rules.put(name, 0);
    }

    /** A chain that is only jumped to. */
    void chain(String name) {
        messages.add(NfTables.addChain(table, name));
        rules.put(name, 0);
    }

    void rule(String chain, String comment, Expressions expressions) {
        messages.add(NfTables.addRule(table, chain, comment, expressions));
        rules.merge(chain, 1, Integer::sum);
    }

    void element(String set, Element element) {
        Objects.requireNonNull(elements.get(set), set).add(element);
    }
}
