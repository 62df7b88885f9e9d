package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.remote.Dialing;
import dev.estiba.cli.remote.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** {@code system dial-stdio}: joins standard input and output to the daemon, for who comes by ssh. */
public final class DialStdioCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());
    private static final int PIECE = 32 << 10;

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "system dial-stdio");
        if (!(call.engine() instanceof Dialing engine)) {
            throw ApiException.badRequest("there is no daemon here: 'estiba daemon' runs one");
        }
        try (Wire wire = engine.dial()) {
            Thread.ofPlatform()
                    .daemon(true)
                    .name("dial-stdio")
                    .start(() -> send(call.caller().in(), wire));
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            while (wire.read(piece.clear()) >= 0) {
                call.caller().out().write(piece.array(), 0, piece.position());
            }
        }
        return 0;
    }

    private static void send(InputStream from, Wire to) {
        byte[] piece = new byte[PIECE];
        try {
            for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
                to.write(ByteBuffer.wrap(piece, 0, read));
            }
            to.endOutput();
        } catch (IOException over) {
            return; // who reads is told
        }
    }
}
