package dev.estiba.api;

import java.util.Optional;

/**
 * A mount that was asked for by {@code --mount}.
 *
 * @param type {@code bind}, {@code volume}, {@code tmpfs}, {@code image}
 */
public record Mount(
        String type,
        String source,
        String target,
        boolean readOnly,
        String consistency,
        Optional<BindOptions> bindOptions,
        Optional<VolumeOptions> volumeOptions,
        Optional<ImageOptions> imageOptions,
        Optional<TmpfsOptions> tmpfsOptions) {
    /** Every field as Go would have it in a new value. */
    public static final Mount NOTHING = builder().build();

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.type = type;
        copy.source = source;
        copy.target = target;
        copy.readOnly = readOnly;
        copy.consistency = consistency;
        copy.bindOptions = bindOptions;
        copy.volumeOptions = volumeOptions;
        copy.imageOptions = imageOptions;
        copy.tmpfsOptions = tmpfsOptions;
        return copy;
    }

    /** Collects the fields of a {@link Mount}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String type = "";
        private String source = "";
        private String target = "";
        private boolean readOnly = false;
        private String consistency = "";
        private Optional<BindOptions> bindOptions = Optional.empty();
        private Optional<VolumeOptions> volumeOptions = Optional.empty();
        private Optional<ImageOptions> imageOptions = Optional.empty();
        private Optional<TmpfsOptions> tmpfsOptions = Optional.empty();

        private Builder() {}

        public Builder type(String type) {
            this.type = type;
            return this;
        }

        public Builder source(String source) {
            this.source = source;
            return this;
        }

        public Builder target(String target) {
            this.target = target;
            return this;
        }

        public Builder readOnly(boolean readOnly) {
            this.readOnly = readOnly;
            return this;
        }

        public Builder consistency(String consistency) {
            this.consistency = consistency;
            return this;
        }

        public Builder bindOptions(BindOptions bindOptions) {
            this.bindOptions = Optional.of(bindOptions);
            return this;
        }

        public Builder volumeOptions(VolumeOptions volumeOptions) {
            this.volumeOptions = Optional.of(volumeOptions);
            return this;
        }

        public Builder imageOptions(ImageOptions imageOptions) {
            this.imageOptions = Optional.of(imageOptions);
            return this;
        }

        public Builder tmpfsOptions(TmpfsOptions tmpfsOptions) {
            this.tmpfsOptions = Optional.of(tmpfsOptions);
            return this;
        }

        public Mount build() {
            return new Mount(
                    type,
                    source,
                    target,
                    readOnly,
                    consistency,
                    bindOptions,
                    volumeOptions,
                    imageOptions,
                    tmpfsOptions);
        }
    }
}
