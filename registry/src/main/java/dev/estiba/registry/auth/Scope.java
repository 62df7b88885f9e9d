package dev.estiba.registry.auth;

import java.util.List;

/**
 * What a token is for (the distribution project's "Token Scope Documentation").
 *
 * @param type {@code repository} or {@code registry}
 * @param actions in order, so that equal ones are one
 */
public record Scope(String type, String name, List<String> actions) {
    public Scope {
        actions = actions.stream().sorted().distinct().toList();
    }

    public static Scope pull(String repository) {
        return new Scope("repository", repository, List.of("pull"));
    }

    public static Scope push(String repository) {
        return new Scope("repository", repository, List.of("pull", "push"));
    }

    public static Scope delete(String repository) {
        return new Scope("repository", repository, List.of("delete", "pull"));
    }

    public static Scope catalog() {
        return new Scope("registry", "catalog", List.of("*"));
    }

    @Override
    public String toString() {
        return type + ":" + name + ":" + String.join(",", actions);
    }
}
