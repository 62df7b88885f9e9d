package dev.estiba.api;

/** What an image is for, as parameters of the API name it in JSON. */
public record ImagePlatform(String os, String architecture, String variant) {
    /** {@code linux/arm/v7}. */
    public String text() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
