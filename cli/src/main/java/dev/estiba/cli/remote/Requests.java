package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
import dev.estiba.api.Change;
import dev.estiba.cli.remote.DaemonClient.Request;
import dev.estiba.cli.remote.DaemonClient.Response;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The kinds of requests: what is done, what is answered, what is turned into streams. */
final class Requests {
    private final DaemonClient client;
    private final DaemonClient.Missing missing;

    Requests(DaemonClient client, DaemonClient.Missing missing) {
        this.client = client;
        this.missing = missing;
    }

    /** What is thrown is in words for a person. */
    Response send(Request request) throws ApiException {
        try {
            return client.send(request, missing);
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw broken(request.method() + " " + request.target(), e);
        }
    }

    ApiException broken(String what, IOException why) {
        return client.broken(what, why);
    }

    private byte[] all(Request request) throws ApiException {
        try (Response response = send(request)) {
            return response.all();
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw broken(request.method() + " " + request.target(), e);
        }
    }

    void done(Request request) throws ApiException {
        all(request);
    }

    /** A POST that says nothing more. */
    Change change(Query target) throws ApiException {
        Request request = Request.of("POST", target);
        try (Response response = send(request)) {
            response.all();
            return response.head().status() == ResponseHead.NOT_MODIFIED ? Change.NOT_MODIFIED : Change.DONE;
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw broken("POST " + target, e);
        }
    }

    <T> T answer(Request request, Body<T> body) throws ApiException {
        return body.read(all(request));
    }

    <T> List<T> answers(Request request, Body<T> body) throws ApiException {
        return body.readList(all(request));
    }

    /** Takes one document of a stream of them. */
    interface Line {
        void take(byte[] document) throws IOException;
    }

    /** Documents as they come, one a line. What the taker throws ends it, and is the caller's. */
    void lines(Request request, Line to) throws ApiException {
        try (Response response = send(request);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    to.take(line.getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw broken(request.method() + " " + request.target(), e);
        }
    }

    /** The body as it comes. What the taker throws ends it. */
    void copy(Request request, OutputStream to) throws ApiException {
        try (Response response = send(request)) {
            response.body().transferTo(to);
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw broken(request.method() + " " + request.target(), e);
        }
    }

    Attachment streams(Request request) throws ApiException {
        Response response = send(request.upgraded());
        if (response.head().status() == ResponseHead.SWITCHING || isHijacked(response)) {
            return new RemoteAttachment(response.connection(), StreamFrames.areIn(response.head()));
        }
        response.close();
        throw ApiException.serverError(
                "the daemon at " + client.address() + " gives its connection over to no streams");
    }

    /** A daemon that does not upgrade answers with 200 and no length, and goes on with the streams. */
    private static boolean isHijacked(Response response) {
        return response.head().status() == ResponseHead.OK
                && response.head().header("content-length").isEmpty()
                && response.head().header("transfer-encoding").isEmpty();
    }

    /** Empty when there are none. */
    static String filters(Map<String, List<String>> filters) {
        if (filters.isEmpty()) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            filters.forEach((name, values) -> {
                out.writeArrayPropertyStart(name);
                values.forEach(out::writeString);
                out.writeEndArray();
            });
            out.writeEndObject();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
