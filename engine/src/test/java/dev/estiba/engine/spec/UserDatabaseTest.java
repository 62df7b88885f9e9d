package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.engine.spec.UserDatabase.Identity;
import dev.estiba.engine.spec.UserDatabase.UnknownUser;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserDatabaseTest {
    private static final long SEED = 20_261_126;
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 100_000 : 3_000;
    private static final String PASSWD = """
            # of a stranger
            root:x:0:0:root:/root:/bin/sh
            sailor:x:1000:1001::/berth/sailor:/bin/sh

            1002:x:1500:1501::/called/by/number:/bin/sh
            short:x:7
            large:x:4294967296:0::/:/bin/sh
            negative:x:-1:0::/:/bin/sh
            homeless:x:1600:1600
            relative:x:1601:1601::berth:/bin/sh
            control:x:1602:1602::/a\u0007b:/bin/sh
            """;
    private static final String GROUP = """
            root:x:0:
            crew:x:1001:
            watch:x:1002:bosun,sailor
            deck:x:900:sailor
            broken:x:many:sailor
            huge:x:99999999999:sailor
            again:x:900:sailor
            """;

    @TempDir
    Path root;

    private Fd top;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(root.resolve("etc"));
        top = Open.absolute(root.toString(), Open.How.directory());
    }

    /** Links that lead nowhere are reported by whoever removes the temporary directory, at length. */
    @AfterEach
    void close() throws IOException {
        top.close();
        Files.deleteIfExists(root.resolve("etc/passwd"));
    }

    private static Identity find(String user, String... more) throws UnknownUser {
        return UserDatabase.of(PASSWD, GROUP).find(user, List.of(more));
    }

    @Test
    void nobodyInParticularIsRoot() throws UnknownUser {
        assertThat(find("")).isEqualTo(new Identity(0, 0, List.of(0L), "/root"));
        assertThat(UserDatabase.of("", "").find("", List.of())).isEqualTo(new Identity(0, 0, List.of(0L), "/"));
    }

    @Test
    void aUserHasTheGroupsThatListIt() throws UnknownUser {
        assertThat(find("sailor")).isEqualTo(new Identity(1000, 1001, List.of(900L, 1001L, 1002L), "/berth/sailor"));
        assertThat(find("1000")).isEqualTo(find("sailor"));
    }

    @Test
    void aGroupThatIsNamedReplacesThoseThatListTheUser() throws UnknownUser {
        assertThat(find("sailor:watch")).isEqualTo(new Identity(1000, 1002, List.of(1002L), "/berth/sailor"));
        assertThat(find("sailor:77").groups()).containsExactly(77L);
        assertThat(find(":watch")).isEqualTo(new Identity(0, 1002, List.of(1002L), "/root"));
    }

    /** A process whose primary group was not among its groups could keep access that a program had dropped. */
    @Test
    void thePrimaryGroupIsAmongTheGroupsCVE_2022_36109() throws UnknownUser {
        for (String user : List.of("", "sailor", "1000", "sailor:deck", "4000", "4000:4001")) {
            Identity identity = find(user, "watch");
            assertThat(identity.groups())
                    .as(user)
                    .contains(identity.gid())
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void moreGroupsAreAddedByNameAndByNumber() throws UnknownUser {
        assertThat(find("sailor:crew", "watch", "5", "crew").groups()).containsExactly(5L, 1001L, 1002L);
    }

    @Test
    void aNumberThatTheDatabaseDoesNotKnowIsTaken() throws UnknownUser {
        assertThat(find("4000")).isEqualTo(new Identity(4000, 0, List.of(0L), "/"));
        assertThat(find("2147483647").uid()).isEqualTo(2147483647);
    }

    @Test
    void aNameOfDigitsIsANameFirst() throws UnknownUser {
        assertThat(find("1002").uid()).isEqualTo(1500);
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, unable to find user nobody: no matching entries in passwd file",
        "short, unable to find user short: no matching entries in passwd file",
        "large, unable to find user large: no matching entries in passwd file",
        "negative, unable to find user negative: no matching entries in passwd file",
        "+5, unable to find user +5: no matching entries in passwd file",
        "0x10, unable to find user 0x10: no matching entries in passwd file",
        "sailor:nobody, unable to find group nobody: no matching entries in group file",
        "sailor:broken, unable to find group broken: no matching entries in group file",
        "2147483648, uids and gids must be in range 0-2147483647",
        "4294967295, uids and gids must be in range 0-2147483647",
        "99999999999999999999, uids and gids must be in range 0-2147483647",
        "-1, uids and gids must be in range 0-2147483647",
        "sailor:4294967295, uids and gids must be in range 0-2147483647",
    })
    void whoIsNotThereIsRefusedInDockersWords(String user, String message) {
        assertThatThrownBy(() -> find(user)).isInstanceOf(UnknownUser.class).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"homeless", "relative", "control"})
    void aHomeThatIsNoPathIsTheRoot(String user) throws UnknownUser {
        assertThat(find(user).home()).isEqualTo("/");
    }

    @Test
    void linesThatAreNoneArePassedOver() throws UnknownUser {
        Random random = new Random(SEED);
        String alphabet = "root:x:0,\n\r\t#\u0000ü:9-";
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(120); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            UserDatabase database = UserDatabase.of(text + "\nsailor:x:1000:1001::/berth:", text + "\n");
            Identity identity = database.find("sailor", List.of());
            assertThat(identity.uid())
                    .as("seed %d round %d: %s", SEED, round, text)
                    .isEqualTo(1000);
            assertThat(identity.groups()).allMatch(group -> group >= 0 && group <= 0x7fffffffL);
        }
    }

    @Test
    void aTreesOwnFilesAreRead() throws Exception {
        Files.writeString(root.resolve("etc/passwd"), "sailor:x:1000:1001::/berth:\n");
        assertThat(UserDatabase.in(top).find("sailor", List.of()).uid()).isEqualTo(1000);
    }

    /** An absolute link is the container's own; one that leads up ends at its root. */
    @ParameterizedTest
    @ValueSource(strings = {"/etc/real", "../../../../etc/real", "real"})
    void aLinkStaysInTheTree(String link) throws Exception {
        Files.writeString(root.resolve("etc/real"), "sailor:x:1000:1001::/berth:\n");
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of(link));
        assertThat(UserDatabase.in(top).find("sailor", List.of()).uid()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"passwd", "/proc/self/fd/0", "/nowhere", "real/x", "/etc"})
    void aLinkToNoFileIsNoDatabase(String link) throws Exception {
        Files.writeString(root.resolve("etc/real"), "");
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of(link));
        assertThat(UserDatabase.in(top).find("", List.of())).isEqualTo(new Identity(0, 0, List.of(0L), "/"));
    }

    @Test
    void aFifoOrATooLargeFileIsNoDatabase() throws Exception {
        Path passwd = root.resolve("etc/passwd");
        new ProcessBuilder("mkfifo", passwd.toString()).start().waitFor();
        assertThat(UserDatabase.in(top).find("5", List.of()).gid()).isZero();
        Files.delete(passwd);
        Files.write(passwd, "a:x:5:6::/:\n".repeat(200_000).getBytes(StandardCharsets.US_ASCII));
        assertThat(UserDatabase.in(top).find("5", List.of()).gid()).isZero();
    }
}
