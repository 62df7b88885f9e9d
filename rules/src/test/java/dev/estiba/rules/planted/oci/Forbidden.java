package dev.estiba.rules.planted.oci;

import dev.estiba.rules.planted.linux.ProcessUtil;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.function.UnaryOperator;

/** Violates one rule in each method; oci may use neither linux nor foreign memory. */
public final class Forbidden {
    public String environment() {
        return System.getenv("HOME") + System.getProperty("user.dir");
    }

    public void streams() {
        System.out.println();
    }

    public void exit() {
        System.exit(1);
    }

    public UnaryOperator<String> localeByReference() {
        return String::toLowerCase;
    }

    public String locale(int number) {
        return "%d".formatted(number) + String.format("%d", number);
    }

    public byte[] charset(String text) {
        return text.getBytes();
    }

    public LocalDate zone() {
        return LocalDate.now();
    }

    public void sleep() throws InterruptedException {
        Thread.sleep(1);
    }

    public Path directory() {
        return Path.of("relative").toAbsolutePath();
    }

    public Process fork() throws IOException {
        return new ProcessBuilder("true").start();
    }

    public Object upwards() {
        return ProcessUtil.fine();
    }

    public MemorySegment[] foreign() {
        return new MemorySegment[0];
    }
}
