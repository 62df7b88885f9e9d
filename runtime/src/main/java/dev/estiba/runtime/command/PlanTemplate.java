package dev.estiba.runtime.command;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.plan.PlanChecksum;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.Timestamps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A plan with the places where its container's id goes, and the one where its record has the time. See {@link PlanMemo}
 * for what it may be used for. Safe for all threads.
 */
final class PlanTemplate {
    /** How the record's bytes, which are part of the plan, say it: {@code RecordWriter}. */
    private static final byte[] CREATED = "\"created\":\"".getBytes(StandardCharsets.US_ASCII);

    /** A longer user database is cheaper asked about than sent along to be compared. */
    private static final int MOST_FORESEEN = 16 << 10;

    private final DirectAnswer answer;
    private final IdText id;
    private final byte[] plan;
    /** Each with how much of the id stands there. */
    private final List<Place> places;
    /** Where the time goes, -1 in a plan that makes no record. */
    private final int created;

    /** The words that these two touch. */
    private final PlanChecksum.Changing changing;

    private final Abi abi;

    /** What followed when the same bytes were asked about: the container's users are mostly the same ones. */
    private volatile Optional<Followed> followed = Optional.empty();

    private record Place(int at, int length) {}

    private record Followed(byte[] passwd, PlanTemplate template) {
        private int head() {
            return 2 * Integer.BYTES + (passwd.length + Long.BYTES - 1 & -Long.BYTES);
        }

        int length() {
            return head() + template.plan.length;
        }

        void put(ByteBuffer whole, int at, IdText id) {
            whole.putInt(at, Tag.PASSWD.number()).putInt(at + Integer.BYTES, passwd.length);
            whole.put(at + 2 * Integer.BYTES, passwd);
            template.fill(whole, at + head(), id);
        }
    }

    private PlanTemplate(DirectAnswer answer, IdText id, byte[] plan, List<Place> places, int created, Abi abi) {
        this.answer = answer;
        this.id = id;
        this.plan = plan;
        this.places = places;
        this.created = created;
        this.abi = abi;
        ByteBuffer words = ByteBuffer.wrap(plan).order(ByteOrder.LITTLE_ENDIAN);
        changing = PlanChecksum.Changing.in(words, touched(places, created));
    }

    private static int[] touched(List<Place> places, int created) {
        Stream<Place> time = created < 0 ? Stream.of() : Stream.of(new Place(created, Timestamps.LENGTH));
        return Stream.concat(places.stream(), time)
                .flatMapToInt(place ->
                        IntStream.rangeClosed(place.at() / Long.BYTES, (place.at() + place.length() - 1) / Long.BYTES))
                .sorted()
                .distinct()
                .toArray();
    }

    /**
     * @param id in the answer; one that stands for nothing else
     * @return empty when the time cannot be told from other text
     */
    static Optional<PlanTemplate> of(DirectAnswer answer, IdText id, Abi abi) {
        byte[] plan = answer.plan(0).array();
        int created = find(plan, CREATED, 0);
        if (created >= 0 && find(plan, CREATED, created + 1) >= 0) {
            return Optional.empty();
        }
        List<Place> places = new ArrayList<>();
        for (int at = id.find(plan, 0); at >= 0; ) {
            int length = id.length(plan, at);
            places.add(new Place(at, length));
            at = id.find(plan, at + length);
        }
        return Optional.of(
                new PlanTemplate(answer, id, plan, places, created < 0 ? -1 : created + CREATED.length, abi));
    }

    /** Whether the answer that was made for an id is what this makes for it, but for the time. */
    boolean isOf(DirectAnswer real, IdText realId) {
        byte[] wanted = real.plan(0).array();
        ByteBuffer filled = ByteBuffer.allocate(plan.length).order(ByteOrder.LITTLE_ENDIAN);
        fill(filled, 0, realId, created < 0 ? "" : time(wanted));
        byte[] made = filled.array();
        return Arrays.equals(wanted, made)
                && real.next().isPresent() == answer.next().isPresent();
    }

    private String time(byte[] other) {
        int length = Timestamps.LENGTH;
        return created + length <= other.length
                ? new String(other, created, length, StandardCharsets.US_ASCII)
                : Timestamps.of(Instant.EPOCH);
    }

    /** The answer for another id of the same length. */
    EncodedAnswer with(IdText other) {
        return new Filled(other);
    }

    private void fill(ByteBuffer whole, int at, IdText other, String time) {
        whole.put(at, plan);
        for (Place place : places) {
            whole.put(at + place.at(), other.whole(), 0, place.length());
        }
        if (created >= 0) {
            whole.put(at + created, time.getBytes(StandardCharsets.US_ASCII));
        }
        changing.seal(whole, at);
    }

    private void fill(ByteBuffer whole, int at, IdText other) {
        fill(whole, at, other, created < 0 ? "" : Timestamps.now());
    }

    private final class Filled implements EncodedAnswer {
        private final IdText other;

        Filled(IdText other) {
            this.other = other;
        }

        @Override
        public ByteBuffer plan(int reserve) {
            ByteBuffer whole = ByteBuffer.allocate(reserve + plan.length).order(ByteOrder.LITTLE_ENDIAN);
            fill(whole, reserve, other);
            return whole;
        }

        @Override
        public ByteBuffer foreseeing(int reserve, ByteBuffer spare) {
            Optional<Followed> known = followed.filter(each -> each.passwd().length <= MOST_FORESEEN);
            int behind = known.map(Followed::length).orElse(0);
            int length = reserve + plan.length + behind;
            ByteBuffer whole = length <= spare.capacity() ? spare.clear().limit(length) : ByteBuffer.allocate(length);
            fill(whole.order(ByteOrder.LITTLE_ENDIAN), reserve, other);
            known.ifPresent(each -> each.put(whole, reserve + plan.length, other));
            return whole;
        }

        @Override
        public Optional<Continuation> next() {
            return answer.next().map(_ -> more -> follow(more).with(other));
        }

        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        public Set<String> said() {
            Set<String> sentences = new HashSet<>();
            answer.said().forEach(sentence -> sentences.add(sentence.replace(id.text(), other.text())));
            return sentences;
        }
    }

    /** What comes of the container's users, for this template's own id. */
    private PlanTemplate follow(Request more) {
        byte[] passwd = more.bytes(Tag.PASSWD).orElse(new byte[0]);
        Optional<Followed> known = followed;
        if (known.isPresent() && Arrays.equals(known.get().passwd(), passwd)) {
            return known.get().template();
        }
        DirectAnswer next = (DirectAnswer) answer.next().orElseThrow().with(more);
        PlanTemplate template = of(next, id, abi)
                .orElseThrow(() -> new IllegalStateException("the rest of a plan has more than one time in it"));
        followed = Optional.of(new Followed(passwd, template));
        return template;
    }

    /** Where {@code wanted} begins in {@code in}, from there on; -1: nowhere. */
    static int find(byte[] in, byte[] wanted, int from) {
        byte first = wanted[0];
        int last = in.length - wanted.length;
        for (int at = from; at <= last; at++) {
            if (in[at] == first && Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
