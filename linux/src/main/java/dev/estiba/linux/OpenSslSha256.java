package dev.estiba.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 by OpenSSL's library (SHA256_Init(3)), for a JVM without C2: the JDK's is as fast only where C2 has put the processor's own
 * instructions in its place, and a tenth of that elsewhere. It is found by {@link java.security.MessageDigest} once its provider
 * is there.
 */
public final class OpenSslSha256 extends MessageDigestSpi implements Cloneable {
    private static final String LIBRARY = "libcrypto.so.3";
    private static final Optional<SymbolLookup> FOUND = find();
    private static final int LENGTH = 32;

    /** SHA256_CTX of openssl/sha.h, which has 112 bytes. */
    private static final int STATE = 128;

    /** A call holds up the garbage collector: 40 us for so much. */
    private static final int MOST = 64 << 10;

    /** Up to so much the JDK is as good; most of what is hashed is shorter, and never needs the library. */
    private static final int FEW = 64 << 10;

    private static final int FIRST = 512;

    private byte[] few = new byte[FIRST];
    private int count;
    private @Nullable Many many;

    private record Functions(MethodHandle init, MethodHandle update, MethodHandle finish) {
        static Functions of(SymbolLookup library) {
            return new Functions(
                    function(library, "SHA256_Init", ValueLayout.ADDRESS),
                    function(library, "SHA256_Update", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG),
                    function(library, "SHA256_Final", ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        }

        /** It touches the heap itself, so that nothing is copied. */
        private static MethodHandle function(SymbolLookup library, String name, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(
                            library.findOrThrow(name),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                            Linker.Option.critical(true));
        }
    }

    /** What is hashed by the library: its state is a structure of its own. */
    private static final class Many {
        private static final Functions FUNCTIONS = Functions.of(FOUND.orElseThrow());

        private final byte[] state;

        Many() {
            state = new byte[STATE];
            try {
                check((int) FUNCTIONS.init.invokeExact(MemorySegment.ofArray(state)));
            } catch (Throwable e) {
                throw Frame.unexpected(e);
            }
        }

        Many(Many like) {
            state = like.state.clone();
        }

        void update(byte[] input, int offset, int length) {
            MemorySegment bytes = MemorySegment.ofArray(input).asSlice(offset, length);
            try {
                for (long at = 0; at < length; at += MOST) {
                    MemorySegment part = bytes.asSlice(at, Math.min(MOST, length - at));
                    check((int) FUNCTIONS.update.invokeExact(MemorySegment.ofArray(state), part, part.byteSize()));
                }
            } catch (Throwable e) {
                throw Frame.unexpected(e);
            }
        }

        byte[] digest() {
            byte[] digest = new byte[LENGTH];
            try {
                check((int) FUNCTIONS.finish.invokeExact(MemorySegment.ofArray(digest), MemorySegment.ofArray(state)));
            } catch (Throwable e) {
                throw Frame.unexpected(e);
            }
            return digest;
        }
    }

    private static Optional<SymbolLookup> find() {
        try {
            return Optional.of(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** To be put before others; empty where the library is not. */
    public static Optional<Provider> provider() {
        boolean isThere =
                FOUND.flatMap(library -> library.find("SHA256_Update")).isPresent();
        return isThere ? Optional.of(new OpenSsl()) : Optional.empty();
    }

    private static final class OpenSsl extends Provider {
        private static final long serialVersionUID = 1;

        OpenSsl() {
            super("EstibaOpenSsl", "1", "SHA-256 by " + LIBRARY);
            putService(
                    new Service(
                            this,
                            "MessageDigest",
                            "SHA-256",
                            OpenSslSha256.class.getName(),
                            List.of("SHA256"),
                            Map.of()) {
                        @Override
                        public Object newInstance(Object parameter) {
                            return new OpenSslSha256();
                        }
                    });
        }
    }

    @Override
    protected int engineGetDigestLength() {
        return LENGTH;
    }

    @Override
    protected void engineReset() {
        many = null;
        count = 0;
    }

    @Override
    protected void engineUpdate(byte input) {
        engineUpdate(new byte[] {input}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        if (many == null && length <= FEW - count) {
            if (few.length - count < length) {
                few = Arrays.copyOf(few, Math.min(FEW, Math.max(2 * few.length, count + length)));
            }
            System.arraycopy(input, offset, few, count, length);
            count += length;
            return;
        }
        Many hash = many;
        if (hash == null) {
            hash = new Many();
            hash.update(few, 0, count);
            many = hash;
        }
        hash.update(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
        Many hash = many;
        byte[] digest = hash == null ? jdk() : hash.digest();
        engineReset();
        return digest;
    }

    private byte[] jdk() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256", "SUN");
            digest.update(few, 0, count);
            return digest.digest();
        } catch (NoSuchAlgorithmException | NoSuchProviderException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static void check(int result) {
        if (result != 1) {
            throw new IllegalStateException(LIBRARY + " cannot hash");
        }
    }

    @Override
    public Object clone() throws CloneNotSupportedException {
        OpenSslSha256 copy = (OpenSslSha256) super.clone();
        copy.few = few.clone();
        copy.many = many == null ? null : new Many(many);
        return copy;
    }
}
