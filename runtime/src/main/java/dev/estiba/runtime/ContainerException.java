package dev.estiba.runtime;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.Optional;

/** A container could not be made, or something could not be done with it. What was begun is undone. */
public final class ContainerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int errno;

    /**
     * @param code for programs
     * @param sentence for people: what failed, on what, why
     */
    public ContainerException(ErrorCode code, String sentence) {
        this(code, sentence, 0);
    }

    /** @param errno of the step that failed, 0 for none */
    public ContainerException(ErrorCode code, String sentence, int errno) {
        super(sentence);
        this.code = code;
        this.errno = errno;
    }

    public ContainerException(ErrorCode code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
        this.errno = 0;
    }

    public ErrorCode code() {
        return code;
    }

    public ErrorCode.Kind kind() {
        return code.kind();
    }

    /** The sentence, without code and kind. */
    public String sentence() {
        return Optional.ofNullable(getMessage()).orElse("");
    }

    /** What the kernel said, where a step failed. */
    public Optional<Errno> errno() {
        return errno == 0 ? Optional.empty() : Errno.of(errno);
    }
}
