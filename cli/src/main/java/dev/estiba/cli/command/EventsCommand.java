package dev.estiba.cli.command;

import dev.estiba.api.Body;
import dev.estiba.api.Event;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.Layout;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.stream.Watched;
import dev.estiba.cli.template.GoTypes;
import dev.estiba.cli.template.Template;
import dev.estiba.cli.template.Tree;
import dev.estiba.cli.text.LocalTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code events}: prints what happens, a line each. */
public final class EventsCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Filters.flag("Only what matches: type=container, event=die, container=web, label=colour=blue")
                            .letter('f'),
                    Flag.text("format", "json, or a template"),
                    Flag.text("since", "Also what has happened from a time on: 10m, 2026-11-26T10:00:00"),
                    Flag.text("until", "Up to a time, and end then")));
    private static final DateTimeFormatter NANOS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnnXXX", Locale.ROOT);

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "Cursor",
                List.of(
                        "No two events have the same timeNano (--format json), so --since with that of the last one that was seen,"
                                + " in seconds with nine digits behind the point, goes on from there and tells it once more. The newest"
                                + " 4096 are kept, until the machine is started anew.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "events");
        Watched out = new Watched(call.caller().out());
        try {
            String format = call.flags().text("format");
            Optional<Template> template =
                    format.isEmpty() || format.equals("json") ? Optional.empty() : Optional.of(new Template(format));
            EventsOptions options = new EventsOptions(
                    time(call, "since"),
                    time(call, "until"),
                    Filters.of(call.flags().all("filter")));
            call.engine()
                    .events(
                            options,
                            event ->
                                    out.write((line(event, format, template) + "\n").getBytes(StandardCharsets.UTF_8)));
            return 0;
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return 1;
        } catch (IOException e) {
            if (out.isBroken()) {
                return Foreground.KILLED_BY_PIPE;
            }
            throw e;
        }
    }

    private static Optional<Instant> time(Call call, String flag) throws BadValue {
        String text = call.flags().text(flag);
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new LocalTime(call.caller().environment()).read(text, Instant.now()));
    }

    private static String line(Event event, String format, Optional<Template> template) throws IOException {
        if (format.isEmpty()) {
            String attributes = event.attributes().entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .sorted()
                    .collect(Collectors.joining(", "));
            String time =
                    NANOS.format(Instant.ofEpochSecond(0, event.timeNano()).atZone(ZoneOffset.UTC));
            return time + " " + event.type() + " " + event.action() + " " + event.id()
                    + (attributes.isEmpty() ? "" : " (" + attributes + ")");
        }
        byte[] json = Body.EVENT.write(event, Layout.COMPACT);
        return template.isPresent()
                ? template.get().fill(GoTypes.value("events.Message", Tree.read(json)))
                : new String(json, StandardCharsets.UTF_8);
    }
}
