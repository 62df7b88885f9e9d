package dev.estiba.runtime.plan;

import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A plan under construction: its data, its registers, a script for each actor. Not thread-safe; used once. */
public final class PlanBuilder {
    /** A start's data with a configuration of ordinary size; a larger one grows. */
    private static final int INITIAL_DATA = 40 << 10;

    private final EnumMap<Actor, Script> scripts = new EnumMap<>(Actor.class);
    private final Map<String, Data> strings = new HashMap<>();
    private final List<Integer> pointers = new ArrayList<>();
    private byte[] data = new byte[INITIAL_DATA];
    private int used;
    private int registers = Reserved.COUNT;

    /** A builder of the plan that goes on where this one ends: registers are numbered on, so that none is taken twice. */
    public PlanBuilder successor() {
        PlanBuilder next = new PlanBuilder();
        next.registers = registers;
        return next;
    }

    public Script actor(Actor actor) {
        return scripts.computeIfAbsent(actor, _ -> new Script(this));
    }

    public Register register() {
        return registers(1);
    }

    /** {@code count} registers in a row; the first of them. */
    public Register registers(int count) {
        Register first = new Register(registers);
        registers += count;
        return first;
    }

    /** A NUL-terminated string; equal strings are stored once and must not be written to. */
    public Data string(String text) {
        Data known = strings.get(text);
        if (known == null) {
            known = bytes(terminated(text), 1);
            strings.put(text, known);
        }
        return known;
    }

    private static byte[] terminated(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL inside of " + text);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** Bytes at an address that is a multiple of {@code alignment} (1 to 8). */
    public Data bytes(byte[] bytes, int alignment) {
        Data at = space(bytes.length, alignment);
        System.arraycopy(bytes, 0, data, at.offset(), bytes.length);
        return at;
    }

    /** {@code size} zeroed bytes. */
    public Data space(int size, int alignment) {
        used = (used + alignment - 1) / alignment * alignment;
        int at = used;
        used += size;
        if (used > data.length) {
            data = Arrays.copyOf(data, Math.max(used, data.length * 2));
        }
        return new Data(at);
    }

    /** A NULL-terminated array of pointers to strings: argv or envp. */
    public Data strings(List<String> texts) {
        List<Data> each = new ArrayList<>(texts.size());
        for (String text : texts) {
            each.add(string(text));
        }
        return addresses(each);
    }

    /** A NULL-terminated array of pointers. */
    public Data addresses(List<Data> targets) {
        Data array = space((targets.size() + 1) * Long.BYTES, Long.BYTES);
        for (int i = 0; i < targets.size(); i++) {
            pointer(new Data(array.offset() + i * Long.BYTES), targets.get(i));
        }
        return array;
    }

    /** Makes the eight bytes at {@code at} the address of {@code target} when the plan is loaded. */
    public void pointer(Data at, Data target) {
        putLong(at.offset(), target.offset());
        pointers.add(at.offset());
    }

    /** A structure of 64-bit words, little-endian. */
    public Data words(long... values) {
        Data at = space(values.length * Long.BYTES, Long.BYTES);
        for (int i = 0; i < values.length; i++) {
            putLong(at.offset() + i * Long.BYTES, values[i]);
        }
        return at;
    }

    private void putLong(int offset, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            data[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    public Plan build() {
        EnumMap<Actor, Plan.Part> parts = new EnumMap<>(Actor.class);
        scripts.forEach((actor, script) -> parts.put(actor, script.finish()));
        return new Plan(
                parts,
                Arrays.copyOf(data, used),
                pointers.stream().mapToInt(Integer::intValue).toArray(),
                registers);
    }
}
