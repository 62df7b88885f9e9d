package dev.estiba.runtime.command;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limits that {@code update} is given: by a document, which then is alone, or by options. A document's devices are
 * passed over in version 1, as runc does it: its files cannot be told all rules at once, and a container would miss its
 * devices in between.
 */
final class Limits {
    /** What runc takes for a size: units of 1024, with or without iB. */
    private static final Pattern SIZE = Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?) ?([kmgtp]?)(?:i?b)?");

    private static final String UNITS = "kmgtp";
    private static final int BITS_PER_UNIT = 10;

    private Limits() {}

    static Resources of(Request request, CommandLine line) throws UsageException {
        Optional<byte[]> document = request.bytes(Tag.RESOURCES);
        if (document.isEmpty()) {
            return options(line);
        }
        try {
            return ConfigReader.readResources(document.get());
        } catch (DocumentException e) {
            throw new UsageException("--resources: " + e.getMessage());
        }
    }

    private static Resources options(CommandLine line) throws UsageException {
        refuseRdt(line, "l3-cache-schema", "Intel RDT/CAT: l3 cache schema is not enabled");
        refuseRdt(line, "mem-bw-schema", "Intel RDT/MBA: memory bandwidth schema is not enabled");
        Memory.Builder memory = Memory.builder();
        size(line, "memory", memory::limit);
        size(line, "memory-swap", memory::swap);
        size(line, "memory-reservation", memory::reservation);
        size(line, "kernel-memory", memory::kernel);
        size(line, "kernel-memory-tcp", memory::kernelTcp);
        Cpu.Builder cpu = Cpu.builder();
        number(line, "cpu-period", 0, cpu::period);
        number(line, "cpu-quota", Long.MIN_VALUE, cpu::quota);
        number(line, "cpu-burst", 0, cpu::burst);
        number(line, "cpu-share", 0, cpu::shares);
        number(line, "cpu-rt-period", 0, cpu::realtimePeriod);
        number(line, "cpu-rt-runtime", Long.MIN_VALUE, cpu::realtimeRuntime);
        number(line, "cpu-idle", 0, cpu::idle);
        line.option("cpuset-cpus").ifPresent(cpu::cpus);
        line.option("cpuset-mems").ifPresent(cpu::mems);
        Resources.Builder resources = Resources.builder().memory(memory.build()).cpu(cpu.build());
        integer(line, "pids-limit", value -> resources.pids(new Pids(OptionalLong.of(value))));
        integer(
                line,
                "blkio-weight",
                value -> resources.blockIo(BlockIo.builder()
                        .weight(Math.clamp(value, 0, BlockIo.MAX_WEIGHT))
                        .build()));
        return resources.build();
    }

    private static void refuseRdt(CommandLine line, String option, String sentence) throws UsageException {
        if (line.option(option).filter(value -> !value.isEmpty()).isPresent()) {
            throw new UsageException(sentence);
        }
    }

    private static void size(CommandLine line, String option, LongConsumer use) throws UsageException {
        Optional<String> text = line.option(option).filter(value -> !value.isEmpty());
        if (text.isPresent()) {
            use.accept(size(text.get(), option));
        }
    }

    /** Bytes; -1 is no limit. */
    static long size(String text, String option) throws UsageException {
        if (text.equals("-1")) {
            return -1;
        }
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new UsageException("invalid value for " + option + ": invalid size: '" + text + "'");
        }
        int unit = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << (BITS_PER_UNIT * unit)));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new UsageException("invalid value for " + option + ": " + text + " is more than 8 EiB");
        }
        return bytes.longValue();
    }

    private static void number(CommandLine line, String option, long min, LongConsumer use) throws UsageException {
        Optional<String> text = line.option(option).filter(value -> !value.isEmpty());
        if (text.isPresent()) {
            use.accept(parse(text.get(), min, "invalid value for " + option + ": \"" + text.get() + "\" is no number"));
        }
    }

    private static void integer(CommandLine line, String option, LongConsumer use) throws UsageException {
        Optional<String> text = line.option(option);
        if (text.isPresent()) {
            use.accept(parse(
                    text.get(),
                    Long.MIN_VALUE,
                    "invalid value \"" + text.get() + "\" for flag -" + option + ": parse error"));
        }
    }

    private static long parse(String text, long min, String sentence) throws UsageException {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException(sentence);
        }
        if (value < min) {
            throw new UsageException(sentence + " of at least " + min);
        }
        return value;
    }
}
