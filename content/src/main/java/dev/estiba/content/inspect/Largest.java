package dev.estiba.content.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The first few of many things, in an order; the others are forgotten as they come. */
final class Largest<T> {
    private final int most;
    private final Comparator<T> order;
    private final PriorityQueue<T> kept;

    Largest(int most, Comparator<T> order) {
        this.most = most;
        this.order = order;
        this.kept = new PriorityQueue<>(order.reversed());
    }

    void add(T one) {
        if (most == 0) {
            return;
        }
        if (kept.size() == most) {
            if (order.compare(one, kept.element()) >= 0) {
                return;
            }
            kept.remove();
        }
        kept.add(one);
    }

    List<T> inOrder() {
        List<T> all = new ArrayList<>(kept);
        all.sort(order);
        return all;
    }
}
