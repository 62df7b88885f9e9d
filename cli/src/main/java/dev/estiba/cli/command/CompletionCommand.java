package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code completion}: prints what makes a shell complete our command lines. The script asks the command itself. */
public final class CompletionCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    static final String BASH = """
            _estiba() {
                local IFS=$'\\n'
                COMPREPLY=($(estiba __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
            }
            complete -o default -F _estiba estiba
            """;
    static final String ZSH = """
            #compdef estiba
            _estiba() {
                local -a found
                found=("${(@f)$(estiba __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                compadd -a found || _files
            }
            compdef _estiba estiba
            """;
    static final String FISH = """
            complete -c estiba -a '(estiba __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
            """;

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "bash|zsh|fish";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "completion");
        String shell = call.arguments().getFirst();
        switch (shell) {
            case "bash" -> call.write(BASH);
            case "zsh" -> call.write(ZSH);
            case "fish" -> call.write(FISH);
            default ->
                throw new UsageException(1, "there is no completion for " + shell + ", only for bash, zsh, fish");
        }
        return 0;
    }
}
