package dev.estiba.oci.runtime;

/** Reads the runtime specification's JSON documents. */
public final class ConfigReader {
    private ConfigReader() {}

    /** The {@code config.json} of a bundle. */
    public static Config read(byte[] document) throws ConfigException {
        throw new UnsupportedOperationException("not built yet");
    }

    /** The document of {@code exec --process}. */
    public static Process readProcess(byte[] document) throws ConfigException {
        throw new UnsupportedOperationException("not built yet");
    }

    /** The document of {@code update --resources}. */
    public static Resources readResources(byte[] document) throws ConfigException {
        throw new UnsupportedOperationException("not built yet");
    }

    static Seccomp readSeccomp(byte[] raw, int line, int column) throws ConfigException {
        throw new UnsupportedOperationException("not built yet");
    }
}
