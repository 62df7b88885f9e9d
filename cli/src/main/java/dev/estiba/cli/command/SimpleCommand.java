package dev.estiba.cli.command;

import dev.estiba.api.EngineApi;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** A command without flags that does one thing to each container: {@code pause}, {@code unpause}. */
public final class SimpleCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(false, List.of());

    private final String name;
    private final Operation operation;

    /** What is done to each. */
    @FunctionalInterface
    public interface Operation {
        void on(EngineApi engine, String container) throws IOException;
    }

    public SimpleCommand(String name, Operation operation) {
        this.name = name;
        this.operation = operation;
    }

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTAINER [CONTAINER...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, name);
        return EachContainer.run(call, container -> operation.on(call.engine(), container));
    }
}
