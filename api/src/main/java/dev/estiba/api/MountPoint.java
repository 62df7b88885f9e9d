package dev.estiba.api;

/** A mount that a container has. */
public record MountPoint(
        String type,
        String name,
        String source,
        String destination,
        String driver,
        String mode,
        boolean isWritable,
        String propagation) {
    /** Every field as Go would have it in a new value. */
    public static final MountPoint NOTHING = builder().build();

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.type = type;
        copy.name = name;
        copy.source = source;
        copy.destination = destination;
        copy.driver = driver;
        copy.mode = mode;
        copy.isWritable = isWritable;
        copy.propagation = propagation;
        return copy;
    }

    /** Collects the fields of a {@link MountPoint}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String type = "";
        private String name = "";
        private String source = "";
        private String destination = "";
        private String driver = "";
        private String mode = "";
        private boolean isWritable = false;
        private String propagation = "";

        private Builder() {}

        public Builder type(String type) {
            this.type = type;
            return this;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder source(String source) {
            this.source = source;
            return this;
        }

        public Builder destination(String destination) {
            this.destination = destination;
            return this;
        }

        public Builder driver(String driver) {
            this.driver = driver;
            return this;
        }

        public Builder mode(String mode) {
            this.mode = mode;
            return this;
        }

        public Builder isWritable(boolean isWritable) {
            this.isWritable = isWritable;
            return this;
        }

        public Builder propagation(String propagation) {
            this.propagation = propagation;
            return this;
        }

        public MountPoint build() {
            return new MountPoint(type, name, source, destination, driver, mode, isWritable, propagation);
        }
    }
}
