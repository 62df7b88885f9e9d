package dev.estiba.api;

import java.util.List;

/** Which product answers, and on what. */
public record Version(
        Platform platform,
        List<Component> components,
        String version,
        String apiVersion,
        String minApiVersion,
        String gitCommit,
        String goVersion,
        String os,
        String arch,
        String kernelVersion,
        boolean experimental,
        String buildTime) {
    /** Every field as Go would have it in a new value. */
    public static final Version NOTHING = builder().build();

    public Version {
        components = List.copyOf(components);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.platform = platform;
        copy.components = components;
        copy.version = version;
        copy.apiVersion = apiVersion;
        copy.minApiVersion = minApiVersion;
        copy.gitCommit = gitCommit;
        copy.goVersion = goVersion;
        copy.os = os;
        copy.arch = arch;
        copy.kernelVersion = kernelVersion;
        copy.experimental = experimental;
        copy.buildTime = buildTime;
        return copy;
    }

    /** Collects the fields of a {@link Version}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private Platform platform = new Platform("");
        private List<Component> components = List.of();
        private String version = "";
        private String apiVersion = "";
        private String minApiVersion = "";
        private String gitCommit = "";
        private String goVersion = "";
        private String os = "";
        private String arch = "";
        private String kernelVersion = "";
        private boolean experimental = false;
        private String buildTime = "";

        private Builder() {}

        public Builder platform(Platform platform) {
            this.platform = platform;
            return this;
        }

        public Builder components(List<Component> components) {
            this.components = components;
            return this;
        }

        public Builder version(String version) {
            this.version = version;
            return this;
        }

        public Builder apiVersion(String apiVersion) {
            this.apiVersion = apiVersion;
            return this;
        }

        public Builder minApiVersion(String minApiVersion) {
            this.minApiVersion = minApiVersion;
            return this;
        }

        public Builder gitCommit(String gitCommit) {
            this.gitCommit = gitCommit;
            return this;
        }

        public Builder goVersion(String goVersion) {
            this.goVersion = goVersion;
            return this;
        }

        public Builder os(String os) {
            this.os = os;
            return this;
        }

        public Builder arch(String arch) {
            this.arch = arch;
            return this;
        }

        public Builder kernelVersion(String kernelVersion) {
            this.kernelVersion = kernelVersion;
            return this;
        }

        public Builder experimental(boolean experimental) {
            this.experimental = experimental;
            return this;
        }

        public Builder buildTime(String buildTime) {
            this.buildTime = buildTime;
            return this;
        }

        public Version build() {
            return new Version(
                    platform,
                    components,
                    version,
                    apiVersion,
                    minApiVersion,
                    gitCommit,
                    goVersion,
                    os,
                    arch,
                    kernelVersion,
                    experimental,
                    buildTime);
        }
    }
}
