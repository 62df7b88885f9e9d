package dev.estiba.engine.store;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProjectQuota;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The projects by whose quotas containers and volumes are limited, on the file system that a directory is on. Whoever has one has its
 * number in his own record. It is chosen by chance out of more than are ever used, and the kernel knows which of them others use:
 * so nobody has to ask anybody, and nothing is written down twice.
 */
public final class Projects {
    /** Those below are others': of an administrator's /etc/projid, and of dockerd, which counts from 1. */
    private static final long FIRST = 1L << 20;

    private static final long COUNT = (1L << 31) - FIRST;
    private static final int TRIES = 100;

    private final Path directory;
    private final SecureRandom random = new SecureRandom();

    public Projects(Path directory) {
        this.directory = directory;
    }

    private Fd open() throws IOException {
        return Open.absolute(directory.toString(), Open.How.directory());
    }

    /** Whether the file system limits what projects take. */
    public boolean areLimited() throws IOException {
        try (Fd open = open()) {
            return ProjectQuota.isEnforced(open);
        }
    }

    /**
     * One that nobody has.
     *
     * @param taken those that are written down, whether the kernel knows of them yet or not
     */
    public long free(Set<Long> taken) throws IOException {
        try (Fd open = open()) {
            for (int i = 0; i < TRIES; i++) {
                long project = FIRST + random.nextLong(COUNT);
                ProjectQuota.Usage usage = ProjectQuota.usage(open, project);
                if (!taken.contains(project) && usage.limit() == 0 && usage.used() == 0) {
                    return project;
                }
            }
        }
        throw new IOException("no project is free any more on the file system of " + directory);
    }

    /** The one that a directory is of, when it is one of these. */
    public static OptionalLong of(Fd directory) throws IOException {
        OptionalLong project = ProjectQuota.project(directory);
        return project.orElse(0) >= FIRST ? project : OptionalLong.empty();
    }

    /**
     * Limits what is written below a directory, from now on.
     *
     * @param bytes 0: nothing is limited
     */
    public void limit(Fd below, long project, long bytes) throws IOException {
        if (ProjectQuota.project(below).orElse(0) != project) {
            ProjectQuota.assign(below, project);
        }
        ProjectQuota.limit(below, project, bytes);
    }

    /** Nobody has it any more: its files have gone. */
    public void giveBack(long project) throws IOException {
        try (Fd open = open()) {
            // It may have been mounted otherwise meanwhile: then there are no limits.
            if (ProjectQuota.isEnforced(open)) {
                ProjectQuota.limit(open, project, 0);
            }
        }
    }
}
