package dev.estiba.cli.copy;

import dev.estiba.api.ApiException;
import dev.estiba.cli.LocalFiles;
import dev.estiba.cli.LocalFiles.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * One end of a copy.
 *
 * @param name what it is called instead of its path's last part; empty: that
 */
public record CopyInfo(String path, boolean exists, boolean isDirectory, String name) {
    private static final int MOST_LINKS = 10;

    /** Of the caller's, to be copied from. */
    public static CopyInfo source(LocalFiles files, String path, boolean follow) throws IOException {
        GoPath.Rebased found;
        if (follow) {
            found = GoPath.rebase(path, resolve(files, path));
        } else {
            int slash = path.lastIndexOf('/');
            String base = path.substring(slash + 1);
            String parent = resolve(files, slash <= 0 ? "/" : path.substring(0, slash));
            String resolved = (parent.endsWith("/") ? parent : parent + "/") + base;
            boolean hasOther =
                    GoPath.endsInSeparator(path) && !GoPath.base(path).equals(GoPath.base(resolved));
            found = new GoPath.Rebased(resolved, hasOther ? GoPath.base(path) : "");
        }
        Kind kind = files.kind(found.path(), false).orElseThrow(() -> absent(found.path()));
        return new CopyInfo(found.path(), true, kind == Kind.DIRECTORY, found.name());
    }

    private static String resolve(LocalFiles files, String path) throws IOException {
        if (files.kind(path, true).isEmpty()) {
            throw absent(path);
        }
        return files.resolve(path);
    }

    private static ApiException absent(String path) {
        return ApiException.badRequest("lstat " + path + ": no such file or directory");
    }

    /** Of the caller's, to be copied to: a symbolic link stands for what it leads to. */
    public static CopyInfo destination(LocalFiles files, String given) throws IOException {
        String path = given;
        Optional<Kind> kind = files.kind(path, false);
        for (int i = 0; kind.equals(Optional.of(Kind.LINK)); i++) {
            if (i > MOST_LINKS) {
                throw ApiException.badRequest("too many symlinks in " + given);
            }
            String target = files.readLink(path);
            path = target.startsWith("/")
                    ? target
                    : GoPath.join(GoPath.split(path).directory(), target);
            kind = files.kind(path, false);
        }
        if (kind.isPresent()) {
            return new CopyInfo(path, true, kind.get() == Kind.DIRECTORY, "");
        }
        Optional<Kind> parent = files.kind(GoPath.split(path).directory(), true);
        if (parent.isEmpty()) {
            throw absent(GoPath.split(path).directory());
        }
        if (parent.get() != Kind.DIRECTORY) {
            throw ApiException.badRequest("not a directory");
        }
        return new CopyInfo(path, false, false, "");
    }

    /** What its archive's names begin with. */
    String base() {
        return name.isEmpty() ? GoPath.split(path).base() : name;
    }

    /**
     * Where an archive of the source goes, and what it is called there.
     *
     * @param from what the archive's names begin with
     * @param as what comes instead
     */
    public record Prepared(String directory, String from, String as) {}

    /** PrepareArchiveCopy. */
    public Prepared to(CopyInfo destination) throws ApiException {
        String base = rooted(base());
        if (destination.exists() && destination.isDirectory()) {
            return new Prepared(destination.path(), base, base);
        }
        if (destination.exists() && isDirectory) {
            throw ApiException.badRequest("cannot copy directory");
        }
        if (!destination.exists() && !isDirectory && GoPath.assertsDirectory(destination.path())) {
            throw ApiException.badRequest("no such directory");
        }
        GoPath.Split split = GoPath.split(destination.path());
        return new Prepared(split.directory(), base, split.base());
    }

    /** A root directory's names begin with a slash. */
    private static String rooted(String base) {
        return base.equals("/") ? "" : base;
    }
}
