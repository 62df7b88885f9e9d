package dev.estiba.api;

/** Which of a process's two outputs. What a terminal shows is all standard output. */
public enum OutputStreamName {
    STDOUT,
    STDERR
}
