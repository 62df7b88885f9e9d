package dev.estiba.engine.spec;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Who a user of a container is, by the container's own /etc/passwd and /etc/group (passwd(5), group(5)). Both are
 * strangers' bytes: a line that is none is passed over, and nothing is opened but a regular file beneath the root.
 */
final class UserDatabase {
    private static final int CAP = 1 << 20;
    private static final long MOST = 0x7fffffffL;

    /** What a stranger's tree can answer where a file should be; all of it means: no entries. */
    private static final List<Errno> NONE =
            List.of(Errno.ENOENT, Errno.ENOTDIR, Errno.EISDIR, Errno.EFBIG, Errno.ELOOP, Errno.EXDEV);

    private final List<String[]> passwd;
    private final List<String[]> group;

    private UserDatabase(List<String[]> passwd, List<String[]> group) {
        this.passwd = passwd;
        this.group = group;
    }

    /**
     * A user.
     *
     * @param groups with {@code gid} among them, each once, sorted
     * @param home "/" when the database knows none
     */
    record Identity(long uid, long gid, List<Long> groups, String home) {}

    /** @param root the container's root directory, borrowed */
    static UserDatabase in(Fd root) throws IOException {
        return in(List.of(root));
    }

    /** @param layers what a root directory is put together of, the uppermost first, borrowed: each file is the first one's */
    static UserDatabase in(List<Fd> layers) throws IOException {
        return new UserDatabase(lines(layers, "/etc/passwd"), lines(layers, "/etc/group"));
    }

    private static List<String[]> lines(List<Fd> layers, String path) throws IOException {
        for (Fd layer : layers) {
            Optional<List<String[]>> found = lines(layer, path);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return List.of();
    }

    static UserDatabase of(String passwd, String group) {
        return new UserDatabase(split(passwd), split(group));
    }

    /** Empty when there is nothing of that name. */
    private static Optional<List<String[]>> lines(Fd root, String path) throws IOException {
        Open.How looking = new Open.How(Open.PATH, 0, Open.IN_ROOT | Open.NO_MAGICLINKS);
        try (Fd found = Open.at(root, path, looking)) {
            if (!Files.isRegularFile(Path.of(found.procPath()))) {
                // Opening a device can do something; an overlay's of number 0 says that the file was removed.
                return Optional.of(List.of());
            }
            return Optional.of(split(read(found)));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            if (NONE.stream().anyMatch(e::is)) {
                return Optional.of(List.of());
            }
            throw e;
        }
    }

    private static String read(Fd found) throws IOException {
        try (Fd file = Open.absolute(found.procPath(), Open.How.reading())) {
            return new String(FileBytes.readAll(file, CAP), StandardCharsets.UTF_8);
        }
    }

    private static List<String[]> split(String text) {
        List<String[]> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                lines.add(stripped.split(":", -1));
            }
        }
        return lines;
    }

    /**
     * @param user {@code [USER|UID][:GROUP|GID]}, as {@code --user} takes it; empty for root
     * @param more groups by name or number, as {@code --group-add} takes them
     * @throws UnknownUser in the words that Docker's clients know
     */
    Identity find(String user, List<String> more) throws UnknownUser {
        int colon = user.indexOf(':');
        String userPart = colon < 0 ? user : user.substring(0, colon);
        String groupPart = colon < 0 ? "" : user.substring(colon + 1);
        Optional<String[]> entry = user(userPart.isEmpty() ? "0" : userPart);
        Optional<Long> number = number(userPart.isEmpty() ? "0" : userPart);
        if (entry.isEmpty() && number.isEmpty() && isNumber(userPart)) {
            throw new UnknownUser("uids and gids must be in range 0-" + MOST);
        }
        if (entry.isEmpty() && number.isEmpty()) {
            throw new UnknownUser("unable to find user " + userPart + ": no matching entries in passwd file");
        }
        long uid = entry.map(fields -> Long.parseLong(fields[2])).orElseGet(number::get);
        long gid = entry.map(fields -> Long.parseLong(fields[3])).orElse(0L);
        TreeSet<Long> groups = new TreeSet<>();
        if (groupPart.isEmpty()) {
            entry.ifPresent(fields -> groups.addAll(groupsOf(fields[0])));
        } else {
            gid = groupNumber(groupPart);
        }
        groups.add(gid); // or a program could take the group for dropped (CVE-2022-36109)
        for (String each : more) {
            groups.add(groupNumber(each));
        }
        String home = entry.map(fields -> fields.length > 5 ? fields[5] : "").orElse("");
        boolean usable = home.startsWith("/") && home.chars().noneMatch(c -> c < ' ');
        return new Identity(uid, gid, List.copyOf(groups), usable ? home : "/");
    }

    /** By name first: a user may be called 1000. */
    private Optional<String[]> user(String wanted) {
        return first(passwd, fields -> fields[0].equals(wanted))
                .or(() -> first(passwd, fields -> fields[2].equals(wanted)));
    }

    private static Optional<String[]> first(List<String[]> passwd, Function<String[], Boolean> is) {
        return passwd.stream()
                .filter(fields -> fields.length >= 4
                        && number(fields[2]).isPresent()
                        && number(fields[3]).isPresent())
                .filter(is::apply)
                .findFirst();
    }

    private long groupNumber(String wanted) throws UnknownUser {
        for (String[] fields : group) {
            if (fields.length >= 3
                    && fields[0].equals(wanted)
                    && number(fields[2]).isPresent()) {
                return Long.parseLong(fields[2]);
            }
        }
        Optional<Long> number = number(wanted);
        if (number.isEmpty() && isNumber(wanted)) {
            throw new UnknownUser("uids and gids must be in range 0-" + MOST);
        }
        return number.orElseThrow(
                () -> new UnknownUser("unable to find group " + wanted + ": no matching entries in group file"));
    }

    private List<Long> groupsOf(String name) {
        List<Long> numbers = new ArrayList<>();
        for (String[] fields : group) {
            if (fields.length >= 4 && List.of(fields[3].split(",")).contains(name)) {
                number(fields[2]).ifPresent(numbers::add);
            }
        }
        return numbers;
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+");
    }

    /** Digits alone, and no more than the kernel's ids hold without a sign (as the field's runtimes). */
    private static Optional<Long> number(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long value = Long.parseLong(text);
        return value <= MOST ? Optional.of(value) : Optional.empty();
    }

    /** No such user, or group, in the container. */
    static final class UnknownUser extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownUser(String message) {
            super(message);
        }
    }
}
