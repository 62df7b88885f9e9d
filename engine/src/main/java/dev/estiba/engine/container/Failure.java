package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.ErrorCode;

/** A start that failed, in the words and with the exit codes that Docker's clients know. */
final class Failure {
    private static final String PREFIX = "failed to create task for container: ";
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int OTHER = 128;

    private Failure() {}

    static ApiException of(Exception e) {
        return switch (e) {
            case ApiException known -> known;
            case ContainerException failed ->
                new ApiException(
                        failed.code() == ErrorCode.INVALID_REQUEST || isAboutTheProgram(text(failed))
                                ? ApiException.BAD_REQUEST
                                : ApiException.SERVER_ERROR,
                        PREFIX + text(failed),
                        failed);
            default -> new ApiException(ApiException.SERVER_ERROR, PREFIX + text(e), e);
        };
    }

    /** Of an exec: Docker's words for it. */
    static ApiException ofExec(Exception e) {
        if (e instanceof ApiException known) {
            return known;
        }
        String text = text(e);
        return new ApiException(
                isAboutTheProgram(text) ? ApiException.BAD_REQUEST : ApiException.SERVER_ERROR,
                "OCI runtime exec failed: " + text,
                e);
    }

    private static String text(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static boolean isAboutTheProgram(String text) {
        return text.contains("exec: ") || text.contains("executable file not found");
    }

    /** What its exit code is said to be. */
    static int code(ApiException why) {
        String text = why.message();
        if (text.contains("executable file not found") || text.contains("no such file or directory")) {
            return NOT_FOUND;
        }
        boolean isNoProgram = text.contains("permission denied")
                || text.contains("is a directory")
                || text.contains("exec format error");
        return isNoProgram ? NOT_EXECUTABLE : OTHER;
    }
}
