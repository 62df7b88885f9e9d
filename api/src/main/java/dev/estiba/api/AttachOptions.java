package dev.estiba.api;

/**
 * @param stdin give the container what is written to the attachment
 * @param stdout hand out its output
 * @param stderr hand out its error output
 * @param logs begin with what is in the log
 * @param stream go on with what comes
 * @param detachKeys the keys that end the attachment, for a client that cannot look for them itself; empty: none
 */
public record AttachOptions(
        boolean stdin, boolean stdout, boolean stderr, boolean logs, boolean stream, String detachKeys) {}
