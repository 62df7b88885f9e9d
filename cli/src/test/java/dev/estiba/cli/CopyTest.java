package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.PathStat;
import dev.estiba.cli.LocalFiles.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code cp}, {@code diff}, {@code export} and {@code commit}: what the engine is asked for. */
class CopyTest {
    private static final PathStat DIRECTORY = new PathStat("d", 0, PathStat.DIRECTORY | 0755, "", "");
    private static final PathStat FILE = new PathStat("f", 5, 0644, "", "");

    private final FakeEngine engine = new FakeEngine();
    private final FakeFiles files = new FakeFiles();
    private FakeCaller caller = new FakeCaller();

    private int run(String... words) {
        caller = new FakeCaller(words);
        caller.directory = Path.of("/here");
        caller.terminals = Set.of(1);
        caller.files = files;
        files.kinds.putAll(Map.of(
                "/here", Kind.DIRECTORY,
                "/here/file", Kind.REGULAR,
                "/here/dir", Kind.DIRECTORY,
                "/here/pipe", Kind.OTHER,
                "/here/link", Kind.LINK));
        files.links.put("/here/link", "/here/file");
        return new EstibaProgram(engine).run(caller);
    }

    private String copied(String... words) {
        engine.calls.clear();
        files.calls.clear();
        assertThat(run(words)).as(caller.complained()).isZero();
        return String.join("; ", engine.calls) + String.join("; ", files.calls);
    }

    @Test
    void whatComesInIsCalledByDockersRules() {
        engine.stats.put("/d", DIRECTORY);
        engine.stats.put("/d/f", FILE);
        engine.stats.put("/l", new PathStat("l", 2, PathStat.SYMBOLIC_LINK | 0777, "", "/d"));
        assertThat(copied("cp", "file", "c:/d")).endsWith("put c /d keep pack /here file file");
        assertThat(copied("cp", "file", "c:/d/f")).endsWith("put c /d keep pack /here file f");
        assertThat(copied("cp", "file", "c:/d/new")).endsWith("put c /d keep pack /here file new");
        assertThat(copied("cp", "dir", "c:/d")).endsWith("put c /d keep pack /here dir dir");
        assertThat(copied("cp", "dir/.", "c:/d")).endsWith("put c /d keep pack /here/dir . .");
        assertThat(copied("cp", "dir", "c:/new")).endsWith("put c / keep pack /here dir new");
        assertThat(copied("cp", "-a", "./file", "c:/l")).endsWith("put c /d keep user pack /here file file");
        assertThat(copied("cp", "link", "c:/d")).endsWith("put c /d keep pack /here link link");
        assertThat(copied("cp", "-L", "link", "c:/d")).endsWith("put c /d keep pack /here file link");
        assertThat(caller.complained()).isEqualTo("Successfully copied 20B to c:/d\n");
        assertThat(copied("cp", "-q", "file", "c:/d")).isNotEmpty();
        assertThat(caller.complained()).isEmpty();
    }

    @Test
    void whatGoesOutIsCalledByDockersRules() {
        engine.stats.put("/d", DIRECTORY);
        engine.stats.put("/d/f", FILE);
        engine.stats.put("/l", new PathStat("l", 2, PathStat.SYMBOLIC_LINK | 0777, "", "/d/f"));
        assertThat(copied("cp", "c:/d/f", "dir")).endsWith("unpack archive of /d/f /here/dir f f");
        assertThat(copied("cp", "c:/d/f", "new")).endsWith("unpack archive of /d/f /here f new");
        assertThat(copied("cp", "c:/d/f", "file")).endsWith("unpack archive of /d/f /here f file");
        assertThat(copied("cp", "c:/d/f", "link")).endsWith("unpack archive of /d/f /here f file");
        assertThat(copied("cp", "c:/d", ".")).endsWith("unpack archive of /d /here/. d d");
        assertThat(copied("cp", "c:/d/.", "new")).endsWith("unpack archive of /d/. /here . new");
        assertThat(copied("cp", "-L", "c:/l", "dir")).endsWith("unpack archive of /d/f /here/dir f l");
        assertThat(copied("cp", "c:/d/f", "-")).endsWith("get c /d/f");
        assertThat(caller.printed()).isEqualTo("archive of /d/f");
    }

    @Test
    void whatMakesNoSenseIsRefusedInDockersWords() {
        engine.stats.put("/d", DIRECTORY);
        engine.stats.put("/f", FILE);
        for (String[] each : new String[][] {
            {"copying between containers is not supported", "cp", "a:/x", "b:/y"},
            {"must specify at least one container source", "cp", "x", "y"},
            {"source can not be empty", "cp", "", "c:/x"},
            {"lstat /here/none: no such file or directory", "cp", "none", "c:/d"},
            {"cannot copy directory", "cp", "dir", "c:/f"},
            {"no such directory", "cp", "file", "c:/new/"},
            {"cannot copy directory", "cp", "c:/d", "file"},
            {"destination \"c:/f\" must be a directory", "cp", "-", "c:/f"},
            {"invalid output path: directory \"/here/none\" does not exist", "cp", "c:/d", "none/x"},
            {"invalid output path: \"/here/pipe\" must be a directory or a regular file", "cp", "c:/f", "pipe"},
            {"cowardly refusing to save to a terminal. Use the -o flag or redirect", "export", "c"},
        }) {
            caller = new FakeCaller();
            String[] words = Arrays.copyOfRange(each, 1, each.length);
            assertThat(run(words)).as(each[0]).isNotZero();
            assertThat(caller.complained()).contains(each[0]);
        }
    }
}
