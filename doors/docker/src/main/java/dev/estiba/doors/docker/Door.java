package dev.estiba.doors.docker;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * What all connections of a door share.
 *
 * @param places of clients on TCP that have not shown who they are yet
 * @param server how it calls itself
 */
record Door(
        DoorSettings settings,
        Routes routes,
        Workers workers,
        Documents documents,
        Hangups hangups,
        Semaphore places,
        String server) {
    /** What every answer says of its server, and what this one says. */
    void fill(HttpHeaders to, Map<String, String> headers) {
        to.set("Api-Version", ApiVersion.NEWEST.toString());
        to.set("Docker-Experimental", "false");
        to.set("Ostype", "linux");
        to.set(HttpHeaderNames.SERVER, server);
        to.set(HttpHeaderNames.DATE, DateFormatter.format(new Date()));
        headers.forEach(to::set);
    }
}
