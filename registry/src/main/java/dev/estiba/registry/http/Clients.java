package dev.estiba.registry.http;

import dev.estiba.registry.tls.TlsContext;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's clients: one for each kind of TLS, since connections are kept by them. Safe for all threads. */
public final class Clients implements AutoCloseable {
    private final Patience patience;
    private final Proxies proxies;
    private final String agent;
    private final Map<TlsRules, HttpClient> clients = new HashMap<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    public Clients(Patience patience, Proxies proxies, String agent) {
        this.patience = patience;
        this.proxies = proxies;
        this.agent = agent;
    }

    /** @throws IOException that names the certificate's file which cannot be read */
    public synchronized Exchange exchange(TlsRules rules) throws IOException {
        HttpClient client = clients.get(rules);
        if (client == null) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(patience.connect())
                    .executor(executor)
                    .proxy(proxies.selector());
            if (!rules.equals(TlsRules.USUAL)) {
                builder.sslContext(TlsContext.of(rules));
            }
            client = builder.build();
            clients.put(rules, client);
        }
        return new Exchange(client, proxies, patience, agent);
    }

    /** Ends what still runs. */
    @Override
    public synchronized void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        clients.clear();
        executor.shutdownNow();
    }
}
