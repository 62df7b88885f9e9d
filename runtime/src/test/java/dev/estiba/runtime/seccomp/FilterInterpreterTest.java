package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.AuditArch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FilterInterpreterTest {
    private static final int RETURN_ALLOW = 0x7fff0000;

    /** Four numbers an instruction: code, jt, jf, k. */
    private static FilterProgram program(int... parts) {
        ByteBuffer bytes = ByteBuffer.allocate(parts.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < parts.length; i += 4) {
            bytes.putShort((short) parts[i])
                    .put((byte) parts[i + 1])
                    .put((byte) parts[i + 2])
                    .putInt(parts[i + 3]);
        }
        return new FilterProgram(bytes.array(), 0);
    }

    @Test
    void everyInstructionDoesWhatBpfSays() {
        FilterInterpreter filter = new FilterInterpreter(program(
                0x20, 0, 0, 16, // load the lower half of argument 0
                0x54, 0, 0, 0xf0, // and
                0x15, 0, 1, 0x30, // == 0x30 ?
                0x06, 0, 0, 1, 0x25, 0, 1, 0xb0, // > 0xb0 ?
                0x06, 0, 0, 2, 0x35, 0, 1, 0xb0, // >= 0xb0 ?
                0x06, 0, 0, 3, 0x45, 0, 1, 0x20, // any of 0x20 ?
                0x06, 0, 0, 4, 0x05, 0, 0, 1, // over the next one
                0x06, 0, 0, 5, 0x06, 0, 0, 6));
        assertThat(filter.run(0, 0, 0xf3f).value()).isEqualTo(1);
        assertThat(filter.run(0, 0, 0xc0).value()).isEqualTo(2);
        assertThat(filter.run(0, 0, 0xbf).value()).isEqualTo(3);
        assertThat(filter.run(0, 0, 0x70).value()).isEqualTo(4);
        assertThat(filter.run(0, 0, 0x50).value()).isEqualTo(6);
        assertThat(filter.run(0, 0).value()).isEqualTo(6);
    }

    @Test
    void comparisonsAreUnsigned() {
        FilterInterpreter filter =
                new FilterInterpreter(program(0x20, 0, 0, 0, 0x25, 0, 1, 0x7fffffff, 0x06, 0, 0, 1, 0x06, 0, 0, 2));
        assertThat(filter.run(0, -1).value()).isEqualTo(1);
        assertThat(filter.run(0, 0x80000000).value()).isEqualTo(1);
        assertThat(filter.run(0, 0x7fffffff).value()).isEqualTo(2);
    }

    @Test
    void theWordsOfTheDataLieWhereTheKernelPutsThem() {
        long[] arguments = {0x100000002L, 0x300000004L, 0x500000006L, 0x700000008L, 0x90000000aL, 0xb0000000cL};
        int[] expected = {1000, AuditArch.X86_64, 0, 0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11};
        for (int word = 0; word < expected.length; word++) {
            FilterInterpreter filter = new FilterInterpreter(
                    program(0x20, 0, 0, word * 4, 0x15, 0, 1, expected[word], 0x06, 0, 0, RETURN_ALLOW, 0x06, 0, 0, 0));
            assertThat(filter.run(AuditArch.X86_64, 1000, arguments).toString())
                    .as("word " + word)
                    .isEqualTo("ALLOW");
        }
    }

    @Test
    void whatTheKernelWouldNotTakeIsRefused() {
        refused("code 0x0", 0x00, 0, 0, 5, 0x06, 0, 0, 0);
        refused("load", 0x20, 0, 0, 64, 0x06, 0, 0, 0);
        refused("load", 0x20, 0, 0, 3, 0x06, 0, 0, 0);
        refused("load", 0x20, 0, 0, -4, 0x06, 0, 0, 0);
        refused("go to 3", 0x05, 0, 0, 2, 0x06, 0, 0, 0, 0x06, 0, 0, 0);
        refused("go to 4294967296", 0x05, 0, 0, -1, 0x06, 0, 0, 0);
        refused("if == 0x0 go to 2 else 1", 0x15, 1, 0, 0, 0x06, 0, 0, 0);
        refused("if & 0x0 go to 1 else 256", 0x45, 0, 255, 0, 0x06, 0, 0, 0);
        refused("load number", 0x06, 0, 0, 0, 0x20, 0, 0, 0);
        refused("and", 0x54, 0, 0, 0);
    }

    private static void refused(String which, int... parts) {
        assertThatThrownBy(() -> new FilterInterpreter(program(parts)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is none that a filter can have: " + which);
    }

    @Test
    void noBytesMakeItLoopOrLeaveTheProgram() {
        long seed = Long.getLong("estiba.test.seed", 4L);
        Random random = new Random(seed);
        int[] codes = {0x20, 0x54, 0x05, 0x15, 0x25, 0x35, 0x45, 0x06, 0x06};
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            int length = 1 + random.nextInt(6);
            int[] parts = new int[length * 4];
            for (int at = 0; at < length; at++) {
                parts[at * 4] = random.nextInt(40) == 0 ? random.nextInt(0x10000) : codes[random.nextInt(codes.length)];
                parts[at * 4 + 1] = random.nextInt(3);
                parts[at * 4 + 2] = random.nextInt(3);
                parts[at * 4 + 3] = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(17) * 4;
                if (parts[at * 4] == 0x05) {
                    parts[at * 4 + 3] = random.nextInt(3);
                }
            }
            FilterInterpreter filter;
            try {
                filter = new FilterInterpreter(program(parts));
            } catch (IllegalArgumentException refused) {
                continue;
            }
            accepted++;
            assertThat(filter.run(random.nextInt(), random.nextInt(), random.nextLong()))
                    .as("seed " + seed)
                    .isNotNull();
        }
        assertThat(accepted).as("programs taken, seed " + seed).isGreaterThan(500);
    }

    @Test
    void aProgramIsWholeInstructions() {
        for (int length : new int[] {0, 7, 9, 4097 * 8}) {
            assertThatThrownBy(() -> new FilterProgram(new byte[length], 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(length + " bytes are no filter: it has 1 to 4096 times 8 bytes");
        }
        byte[] bytes = program(0x06, 0, 0, 0).instructions();
        FilterProgram program = new FilterProgram(bytes, 0);
        bytes[0] = 99;
        program.instructions()[0] = 98;
        assertThat(program.instructions()[0]).isEqualTo((byte) 0x06);
    }

    @Test
    void tooManyArgumentsAreRefused() {
        assertThatThrownBy(() -> new FilterInterpreter(program(0x06, 0, 0, 0)).run(0, 0, 1, 2, 3, 4, 5, 6, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a system call has 6 arguments, not 7");
    }
}
