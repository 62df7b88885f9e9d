package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.RestartPolicy;

/** What a restart policy means. */
public enum RestartRule {
    NO,
    ALWAYS,
    UNLESS_STOPPED,
    ON_FAILURE;

    /** @throws ApiException 400 in dockerd's words */
    public static RestartRule of(HostConfig host) throws ApiException {
        RestartPolicy policy = host.restartPolicy();
        RestartRule rule = switch (policy.name()) {
            case "", "no" -> NO;
            case "always" -> ALWAYS;
            case "unless-stopped" -> UNLESS_STOPPED;
            case "on-failure" -> ON_FAILURE;
            default ->
                throw ApiException.badRequest("invalid restart policy: unknown policy '" + policy.name()
                        + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        };
        if (policy.maximumRetryCount() != 0 && rule != ON_FAILURE) {
            throw ApiException.badRequest(
                    "invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        if (policy.maximumRetryCount() < 0) {
            throw ApiException.badRequest("invalid restart policy: maximum retry count cannot be negative");
        }
        if (rule != NO && host.autoRemove()) {
            throw ApiException.badRequest("can't create 'AutoRemove' container with restart policy");
        }
        return rule;
    }

    /**
     * Whether it is started again by a daemon that was there when it ended.
     *
     * @param restarts how often that has been done already
     * @param stopped whether somebody has asked for its end
     */
    public boolean isDue(RestartPolicy policy, int exitCode, int restarts, boolean stopped) {
        return !stopped && isDueAtStart(policy, exitCode, restarts, false);
    }

    /** The same for a daemon that comes after it: {@code always} means just that. */
    public boolean isDueAtStart(RestartPolicy policy, int exitCode, int restarts, boolean stopped) {
        return switch (this) {
            case NO -> false;
            case ALWAYS -> true;
            case UNLESS_STOPPED -> !stopped;
            case ON_FAILURE ->
                exitCode != 0 && (policy.maximumRetryCount() == 0 || restarts < policy.maximumRetryCount());
        };
    }
}
