package dev.estiba.testkit.vm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A class whose tests run in a guest, once on each kernel. Its constructor takes a {@link GuestKernel} and the {@link
 * Guests}, which it asks for the guest.
 *
 * <p>All classes have the same guests, one for each kernel, which end with the run. They come in turn, and the runner
 * keeps them for the end ({@code guest}): nothing disturbs them, and they disturb nobody.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@Tag("guest")
@ResourceLock("guests")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(Guests.Resolver.class)
@ParameterizedClass
@EnumSource(GuestKernel.class)
@interface GuestTest {}
