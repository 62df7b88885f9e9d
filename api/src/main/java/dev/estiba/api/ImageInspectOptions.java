package dev.estiba.api;

import java.util.Optional;

/**
 * @param manifests whether all its manifests are told
 * @param platform which of its platforms is meant: {@code linux/arm64}; empty: what it is here
 */
public record ImageInspectOptions(boolean manifests, Optional<String> platform) {}
