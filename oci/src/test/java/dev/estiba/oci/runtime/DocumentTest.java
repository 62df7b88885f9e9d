package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is a document at all, and how a failure says where it is. */
class DocumentTest {
    // Like Go's encoding/json

    @Test
    void theLaterOfTwoEqualNamesCounts() throws DocumentException {
        assertThat(read("{'ociVersion':'1.0.0','hostname':'a','hostname':'b'}").hostname())
                .contains("b");
        assertThat(read("{'ociVersion':'1.0.0','hostname':'a','HOSTNAME':'b'}").hostname())
                .contains("b");
        assertThat(read("{'ociVersion':'1.0.0','HostName':'a','hostname':'b'}").hostname())
                .contains("b");
        assertThat(read("{'ociVersion':'1.0.0','annotations':{'k':'a','k':'b'}}")
                        .annotations())
                .containsExactly(Map.entry("k", "b"));
        assertThat(read("{'ociVersion':'1.0.0','root':{'path':'a','readonly':true},'root':{'path':'b'}}")
                        .root())
                .contains(new Root("b", false));
    }

    @Test
    void theKelvinSignIsACaseOfK() throws DocumentException {
        assertThat(read("{'ociVersion':'1.0.0','linux':{'mas\u212aedPaths':['/a']}}")
                        .linux()
                        .orElseThrow()
                        .maskedPaths())
                .containsExactly("/a");
    }

    @Test
    void keysOfMapsAreNotNames() throws DocumentException {
        assertThat(read("{'ociVersion':'1.0.0','annotations':{'K':'1','k':'2'}}")
                        .annotations())
                .containsExactly(Map.entry("K", "1"), Map.entry("k", "2"));
    }

    @Test
    void nullLeavesAFieldAsItWas() throws DocumentException {
        Config config = read("{'ociVersion':'1.0.0','hostname':'a','hostname':null,'vm':null,'process':null}");

        assertThat(config.hostname()).contains("a");
        assertThat(config.process()).isEmpty();
        assertThat(config.otherSections()).isEmpty();
        assertThat(read("{'ociVersion':'1.0.0','annotations':{'k':null}}").annotations())
                .isEmpty();
    }

    @Test
    void whatIsNotUnderstoodIsNamedOnce() throws DocumentException {
        assertThat(read("{'vm':{},'x':1,'ociVersion':'1.0.0','vm':[]}").otherSections())
                .containsExactly("vm", "x");
    }

    // Syntax

    @Test
    void emptyDocumentsAreRefused() {
        assertRefused("", "the document is empty (line 1, column 1)");
        assertRefused(" \n ", "the document is empty (line 1, column 1)");
    }

    @Test
    void aDocumentIsAnObject() {
        assertRefused("[]", "an array where an object is expected (line 1, column 1)");
        assertRefused("null", "null where an object is expected (line 1, column 1)");
        assertRefused(" 5", "a number where an object is expected (line 1, column 2)");
    }

    @Test
    void nothingMayFollow() throws DocumentException {
        assertRefused("{'ociVersion':'1.0.0'} {}", "text after the end of the document (line 1, column 24)");
        assertRefused("{'ociVersion':'1.0.0'}\n\n1", "text after the end of the document (line 3, column 1)");
        assertThat(failure("{'ociVersion':'1.0.0'}x").getMessage())
                .startsWith("Unrecognized token 'x'")
                .endsWith("(line 1, column 23)");
        assertThat(read("{'ociVersion':'1.0.0'}\r\n\t ").ociVersion()).isEqualTo("1.0.0");
    }

    @Test
    void brokenSyntaxIsRefusedWhereItIs() {
        assertThat(failure("{'ociVersion':'1.0.0',\n 'process': {'cwd': }}").getMessage())
                .startsWith("process.cwd: Unexpected character ('}' (code 125))")
                .endsWith("(line 2, column 21)");
        assertThat(failure("{'ociVersion':'1.0.0', 'mounts':[{},").getMessage())
                .startsWith("mounts[0].destination: missing, but required");
        assertRefused(
                "{'ociVersion':'1.0.0', 'mounts':[",
                "mounts: Unexpected end-of-input: expected close marker for Array (line 1, column 34)");
        assertThat(failure("{'ociVersion':'1.0.0', 'annotations':{'a':'b',}}").getMessage())
                .startsWith("annotations.a: Unexpected character ('}' (code 125)): was expecting double-quote");
        assertThat(failure("{'ociVersion':'1.0.0', /* no */ 'x':1}").getMessage())
                .startsWith("ociVersion: Unexpected character ('/' (code 47))");
        assertThat(failure("{'ociVersion':'1.0.0', 'hostname':'a\tb'}").getMessage())
                .startsWith("hostname: Illegal unquoted character");
        assertThat(failure("{'ociVersion':'1.0.0', 'hostname':'\\x'}").getMessage())
                .startsWith("hostname: Unrecognized character escape 'x' (code 120)");
        assertThat(failure("{'ociVersion':'1.0.0', 'process':{'cwd':'/','oomScoreAdj':007}}")
                        .getMessage())
                .startsWith("process.oomScoreAdj: Invalid numeric value: Leading zeroes not allowed");
        assertThat(failure("{'ociVersion':'1.0.0', 'x':NaN}").getMessage()).startsWith("x: Non-standard token 'NaN'");
    }

    @Test
    void whatIsPassedOverIsStillJson() {
        assertThat(failure("{'x':{'y':[1,2,}, 'ociVersion':'1.0.0'}").getMessage())
                .startsWith("x.y[2]: Unexpected character");
        assertThat(failure("{'ociVersion':'1.0.0', 'linux':{'seccomp':{'a':[01]}}}")
                        .getMessage())
                .startsWith("linux.seccomp.a[0]: Invalid numeric value");
        assertThat(failure("{'ociVersion':'1.0.0', 'linux':{'seccomp':{'a':'\\u12'}}}")
                        .getMessage())
                .startsWith("linux.seccomp.a: Unexpected character");
    }

    // Text

    @Test
    void onlyUtf8IsText() {
        String[] broken = {
            "80",
            "c0af",
            "c1bf",
            "c3",
            "c328",
            "e08080",
            "e0a0",
            "ed a0 80",
            "f0808080",
            "f4908080",
            "f5808080",
            "ff",
            "fe",
            "efbf",
            "f09f9a",
            "00"
        };
        for (String hex : broken) {
            byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
            String before = json("{'ociVersion':'1.0.0',\n'x':'é");
            byte[] document = concat(
                    before.getBytes(StandardCharsets.UTF_8), bytes, json("'}").getBytes(StandardCharsets.UTF_8));

            assertThatThrownBy(() -> ConfigReader.read(document))
                    .as(hex)
                    .isInstanceOf(DocumentException.class)
                    .hasMessage("byte 0x%02x is no UTF-8 text (line 2, column 8)".formatted(bytes[0]));
        }
    }

    @Test
    void textOfEveryLengthInUtf8IsRead() throws DocumentException {
        String text = "a\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff";

        assertThat(read("{'ociVersion':'1.0.0','annotations':{'" + text + "':'" + text + "'}}")
                        .annotations())
                .containsExactly(Map.entry(text, text));
    }

    @Test
    void otherEncodingsAndByteOrderMarksAreRefused() {
        byte[] utf16 = json("{'ociVersion':'1.0.0'}").getBytes(StandardCharsets.UTF_16LE);
        byte[] utf32 = json("{'ociVersion':'1.0.0'}").getBytes(Charset.forName("UTF-32BE"));

        assertThatThrownBy(() -> ConfigReader.read(utf16))
                .isInstanceOf(DocumentException.class)
                .hasMessage("byte 0x00 is no UTF-8 text (line 1, column 2)");
        assertThatThrownBy(() -> ConfigReader.read(utf32))
                .isInstanceOf(DocumentException.class)
                .hasMessage("byte 0x00 is no UTF-8 text (line 1, column 1)");
        assertRefused("\ufeff{'ociVersion':'1.0.0'}", "a byte order mark is not allowed (line 1, column 1)");
    }

    @Test
    void halfASurrogatePairIsRefused() throws DocumentException {
        String problem = "hostname: half a surrogate pair is no character (line 1, column 35)";
        assertRefused("{'ociVersion':'1.0.0', 'hostname':'\\ud83d'}", problem);
        assertRefused("{'ociVersion':'1.0.0', 'hostname':'\\udea2\\ud83d'}", problem);
        assertRefused("{'ociVersion':'1.0.0', 'hostname':'\\ud83dx'}", problem);
        assertThat(read("{'ociVersion':'1.0.0', 'hostname':'\\ud83d\\udea2'}").hostname())
                .contains("🚢");
        assertThat(failure("{'ociVersion':'1.0.0', 'annotations':{'\\ud83d':''}}")
                        .problem())
                .startsWith("Broken surrogate pair in property name");
    }

    @Test
    void aNulInAKeyIsRefused() {
        DocumentException refusal = failure("{'ociVersion':'1.0.0', 'linux':{'sysctl':{'a\\u0000':'1'}}}");

        assertThat(refusal.path()).isEqualTo("linux.sysctl[\"a?\"]");
        assertThat(refusal.problem()).isEqualTo("a NUL character is not allowed in a key");
    }

    // Bounds

    @Test
    void aDocumentOfTenMebibytesIsReadAndNoLongerOne() throws DocumentException {
        byte[] longest = new byte[Cursor.MAX_BYTES];
        Arrays.fill(longest, (byte) ' ');
        byte[] text = json("{'ociVersion':'1.0.0'}").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, longest, longest.length - text.length, text.length);
        byte[] longer = Arrays.copyOf(longest, longest.length + 1);
        longer[longest.length] = ' ';

        assertThat(ConfigReader.read(longest).ociVersion()).isEqualTo("1.0.0");
        assertThatThrownBy(() -> ConfigReader.read(longer))
                .isInstanceOf(DocumentException.class)
                .hasMessage("10485761 bytes are more than 10485760 (line 1, column 1)");
    }

    @Test
    void nestingIsBounded() throws DocumentException {
        String deep = "{'ociVersion':'1.0.0','x':" + "[".repeat(99) + "]".repeat(99) + "}";
        String deeper = "{'ociVersion':'1.0.0','x':" + "[".repeat(100) + "]".repeat(100) + "}";
        String deepest = "{'ociVersion':'1.0.0','x':" + "[".repeat(1_000_000);

        assertThat(read(deep).otherSections()).containsExactly("x");
        assertThat(failure(deeper).problem()).contains("nesting depth (101) exceeds the maximum allowed (100");
        assertThat(failure(deepest).problem()).contains("nesting depth (101) exceeds the maximum allowed (100");
    }

    @Test
    void stringsAreBounded() throws DocumentException {
        String longest = "a".repeat(Cursor.MAX_STRING);

        assertThat(read("{'ociVersion':'1.0.0','hostname':'" + longest + "'}").hostname())
                .contains(longest);
        assertThat(failure("{'ociVersion':'1.0.0','hostname':'" + longest + "b'}")
                        .getMessage())
                .startsWith("hostname: String value length (1048577) exceeds the maximum allowed (1048576");
    }

    @Test
    void valuesAreCounted() {
        String many = "{'ociVersion':'1.0.0','process':{'cwd':'/','args':[" + "'',".repeat(Cursor.MAX_TOKENS) + "'']}}";

        assertThat(failure(many).problem()).contains("exceeds the maximum allowed (262144");
    }

    // Where

    @Test
    void aFailureNamesItsPlace() {
        DocumentException refusal = failure("""
            {'ociVersion': '1.0.0',
             'process': {
              'user': {'uid': 4294967296}}}\
            """);

        assertThat(refusal).hasMessage("process.user.uid: 4294967296 is above 4294967295 (line 3, column 19)");
        assertThat(refusal.path()).isEqualTo("process.user.uid");
        assertThat(refusal.problem()).isEqualTo("4294967296 is above 4294967295");
        assertThat(refusal.line()).isEqualTo(3);
        assertThat(refusal.column()).isEqualTo(19);
    }

    @Test
    void aKeyThatIsNoWordIsQuotedInThePath() {
        assertThat(failure("{'ociVersion':'1','annotations':{'a.b/c':[]}}").path())
                .isEqualTo("annotations[\"a.b/c\"]");
        assertThat(failure("{'ociVersion':'1','annotations':{'\\u001b[1m\\u202e':[]}}")
                        .path())
                .isEqualTo("annotations[\"?[1m?\"]");
        assertThat(failure("{'ociVersion':'1','annotations':{'" + "k".repeat(5000) + "':[]}}")
                        .path())
                .isEqualTo("annotations[\"" + "k".repeat(64) + "...\"]");
    }

    @Test
    void processesAndResourcesHavePathsOfTheirOwn() {
        assertThatThrownBy(() -> ConfigReader.readProcess(bytes("{'cwd':'/','args':'sh'}")))
                .hasMessage("args: a string where an array is expected (line 1, column 19)");
        assertThatThrownBy(() -> ConfigReader.readResources(bytes("{'pids':{'limit':'5'}}")))
                .hasMessage("pids.limit: a string where an integer is expected (line 1, column 18)");
    }

    private static Config read(String text) throws DocumentException {
        return ConfigReader.read(bytes(text));
    }

    private static DocumentException failure(String text) {
        DocumentException refusal = catchThrowableOfType(DocumentException.class, () -> read(text));
        assertThat(refusal).as(text.substring(0, Math.min(80, text.length()))).isNotNull();
        return refusal;
    }

    private static void assertRefused(String text, String message) {
        assertThat(failure(text)).hasMessage(message);
    }

    /** Apostrophes for quotation marks. */
    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static byte[] bytes(String text) {
        return json(text).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
