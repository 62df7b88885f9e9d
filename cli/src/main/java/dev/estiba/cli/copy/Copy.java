package dev.estiba.cli.copy;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.PathStat;
import dev.estiba.cli.Call;
import dev.estiba.cli.LocalFiles;
import dev.estiba.cli.LocalFiles.Kind;
import dev.estiba.cli.stream.Watched;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One copy between the caller and a container.
 *
 * @param container its name
 * @param inside the path in the container
 * @param outside the caller's path, or "-": an archive on standard input or output
 * @param withParents whether the directories that the path names are made below the destination
 * @param follow whether a symbolic link that is copied stands for what it leads to
 */
public record Copy(
        Call call,
        String container,
        String inside,
        String outside,
        boolean follow,
        boolean keepsOwners,
        boolean isQuiet,
        boolean withParents) {
    private static final int KILLED_BY_PIPE = 141;

    private LocalFiles files() {
        return call.caller().files();
    }

    /** resolveLocalPath. */
    private String local() {
        String absolute = outside.startsWith("/")
                ? GoPath.clean(outside)
                : GoPath.join(call.caller().directory().toString(), outside);
        return GoPath.preserveEnd(absolute, outside);
    }

    /** What stat says, and where the path leads. */
    private record Found(Optional<PathStat> stat, String path) {}

    private static String target(String path, PathStat stat) {
        return stat.linkTarget().startsWith("/")
                ? stat.linkTarget()
                : GoPath.join(GoPath.split(path).directory(), stat.linkTarget());
    }

    private Optional<PathStat> stat(String path) throws ApiException {
        try {
            return Optional.of(call.engine().statPath(container, path));
        } catch (ApiException e) {
            if (e.status() == ApiException.NOT_FOUND && !e.message().startsWith("No such container")) {
                return Optional.empty(); // it may be made by the copy
            }
            throw e;
        }
    }

    /** Into the container. */
    public int in() throws IOException {
        Optional<PathStat> stat = stat(inside);
        Found found = new Found(stat, inside);
        if (stat.isPresent() && stat.get().isSymbolicLink()) {
            String target = target(inside, stat.get());
            found = new Found(stat(target), target);
        }
        if (found.stat()
                .filter(each -> !each.isDirectory() && !each.isRegular())
                .isPresent()) {
            throw ApiException.badRequest(
                    "destination \"" + container + ":" + inside + "\" must be a directory or a regular file");
        }
        boolean isDirectory = found.stat().filter(PathStat::isDirectory).isPresent();
        ArchiveOptions options = new ArchiveOptions(true, keepsOwners);
        if (outside.equals("-")) {
            if (!isDirectory) {
                throw ApiException.badRequest("destination \"" + container + ":" + inside + "\" must be a directory");
            }
            call.engine().writeArchive(container, found.path(), call.caller().in(), options);
            return 0;
        }
        CopyInfo source = CopyInfo.source(files(), local(), follow);
        CopyInfo destination = new CopyInfo(found.path(), found.stat().isPresent(), isDirectory, "");
        CopyInfo.Prepared prepared = withParents
                ? beneath(destination, GoPath.split(source.path()).base(), outside)
                : source.to(destination);
        GoPath.Split from = GoPath.split(source.path());
        CopyProgress progress = new CopyProgress(call, "Copying to container - ", isQuiet);
        try {
            ArchivePipe.run(
                    to -> files().pack(from.directory(), from.base(), prepared.as(), to),
                    archive -> call.engine().writeArchive(container, prepared.directory(), archive, options),
                    progress);
        } finally {
            progress.erase();
        }
        progress.done(container + ":" + found.path());
        return 0;
    }

    /** Out of the container. */
    public int out() throws IOException {
        String destination = outside.equals("-") ? outside : local();
        if (!outside.equals("-")) {
            checkOutput(destination);
        }
        GoPath.Rebased source = new GoPath.Rebased(inside, "");
        if (follow) {
            Optional<PathStat> stat = stat(inside);
            if (stat.isPresent() && stat.get().isSymbolicLink()) {
                source = GoPath.rebase(inside, target(inside, stat.get()));
            }
        }
        if (outside.equals("-")) {
            return toStandardOutput(source.path());
        }
        unpack(source, destination);
        return 0;
    }

    private int toStandardOutput(String path) throws IOException {
        Watched out = new Watched(call.caller().out());
        try {
            call.engine().readArchive(container, path, _ -> out);
            return 0;
        } catch (ApiException e) {
            if (out.isBroken()) {
                return KILLED_BY_PIPE;
            }
            throw e;
        }
    }

    private void unpack(GoPath.Rebased source, String destination) throws IOException {
        CompletableFuture<PathStat> stat = new CompletableFuture<>();
        CopyProgress progress = new CopyProgress(call, "Copying from container - ", isQuiet);
        try {
            ArchivePipe.run(
                    to -> call.engine().readArchive(container, source.path(), found -> {
                        stat.complete(found);
                        return to;
                    }),
                    archive -> unpack(archive, stat, source, destination),
                    progress);
        } finally {
            progress.erase();
        }
        progress.done(destination);
    }

    /** What is copied is known when the first byte of it is there. */
    private void unpack(
            InputStream archive, CompletableFuture<PathStat> stat, GoPath.Rebased source, String destination)
            throws IOException {
        PushbackInputStream begun = new PushbackInputStream(archive, 1);
        int first = begun.read();
        if (first < 0) {
            return; // it has failed, and says why
        }
        begun.unread(first);
        CopyInfo from = new CopyInfo(source.path(), true, stat.join().isDirectory(), source.name());
        String base = GoPath.split(source.path()).base();
        CopyInfo to = CopyInfo.destination(files(), destination);
        CopyInfo.Prepared prepared = withParents ? beneath(to, base, inside) : from.to(to);
        files().unpack(begun, prepared.directory(), base.equals("/") ? "" : base, prepared.as());
    }

    /** The path itself below a directory, as {@code cp --parents} of GNU coreutils has it. */
    private static CopyInfo.Prepared beneath(CopyInfo directory, String base, String path) throws ApiException {
        String relative = GoPath.clean(path);
        while (relative.startsWith("/")) {
            relative = relative.substring(1);
        }
        if (relative.isEmpty() || relative.equals(".") || relative.equals("..") || relative.startsWith("../")) {
            throw ApiException.badRequest(
                    "--parents cannot copy " + path + ": it names no place below the destination");
        }
        if (!directory.exists() || !directory.isDirectory()) {
            throw ApiException.badRequest(
                    "with --parents the destination must be a directory that is there: " + directory.path());
        }
        return new CopyInfo.Prepared(directory.path(), base, relative);
    }

    /** ValidateOutputPath. */
    private void checkOutput(String path) throws IOException {
        String parent = GoPath.directory(GoPath.clean(path));
        if (files().kind(parent, true).isEmpty()) {
            throw ApiException.badRequest("invalid output path: directory \"" + parent + "\" does not exist");
        }
        if (files().kind(path, true).filter(Kind.OTHER::equals).isPresent()) {
            throw ApiException.badRequest(
                    "invalid output path: \"" + path + "\" must be a directory or a regular file");
        }
    }
}
