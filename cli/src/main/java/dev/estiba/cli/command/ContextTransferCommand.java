package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.ContextArchive;
import dev.estiba.cli.context.EndpointFlag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Quote;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** {@code context export} and {@code context import}: a context as an archive, with its keys. */
public final class ContextTransferCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());
    private static final String STREAM = "-";

    private final boolean isImport;

    /** @param isImport from an archive; else into one */
    public ContextTransferCommand(boolean isImport) {
        this.isImport = isImport;
    }

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return isImport ? "CONTEXT FILE|-" : "CONTEXT [FILE|-]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.between(call, isImport ? 2 : 1, 2, isImport ? "context import" : "context export");
        String name = call.arguments().getFirst();
        ContextFiles.mayBeNamed(name);
        if (isImport) {
            take(call, name, call.arguments().get(1));
        } else {
            give(call, name, call.arguments().size() > 1 ? call.arguments().get(1) : name + ".dockercontext");
        }
        return 0;
    }

    private static void take(Call call, String name, String path) throws IOException {
        ContextFiles.with(call, store -> {
            if (path.equals(STREAM)) {
                store.add(ContextArchive.read(name, call.caller().in()));
                return 0;
            }
            try (InputStream from = InputFile.open(call, path)) {
                store.add(ContextArchive.read(name, from));
            }
            return 0;
        });
        call.say(name);
        call.complain("Successfully imported context " + Quote.go(name));
    }

    private static void give(Call call, String name, String path) throws IOException {
        ContextFiles.with(call, store -> {
            byte[] archive = ContextArchive.write(EndpointFlag.existing(store, name, call.caller()));
            if (path.equals(STREAM)) {
                call.caller().out().write(archive);
                return 0;
            }
            try (OutputFile file = OutputFile.create(path, call.caller())) {
                try (OutputStream out = file.open()) {
                    out.write(archive);
                }
                file.keep();
            }
            call.complain("Written file " + Quote.go(path));
            return 0;
        });
    }
}
