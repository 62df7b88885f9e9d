package dev.estiba.cli.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Fractions as Go's strconv.FormatFloat writes them. */
final class GoFloats {
    /** As few digits as tell the number from all others. */
    static final int SHORTEST = -1;

    /** %g has an exponent from here on when it has as few digits as possible, and JSON. */
    static final int WIDE = 6, WIDE_IN_JSON = 21;

    private GoFloats() {}

    /** As JSON has it. */
    static String shortest(double value) {
        return general(value, SHORTEST, WIDE_IN_JSON);
    }

    private static BigDecimal exact(double value, int precision) {
        BigDecimal exact = precision == SHORTEST ? new BigDecimal(Double.toString(value)) : new BigDecimal(value);
        return precision > 0 ? exact.round(new MathContext(precision, RoundingMode.HALF_EVEN)) : exact;
    }

    private static boolean isSpecial(double value) {
        return Double.isNaN(value) || Double.isInfinite(value);
    }

    private static String special(double value) {
        return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }

    /** %g: with an exponent when it is below -4 or at least the precision. */
    static String general(double value, int precision, int widest) {
        if (isSpecial(value)) {
            return special(value);
        }
        BigDecimal number = exact(value, precision == 0 ? 1 : precision).stripTrailingZeros();
        int exponent = number.signum() == 0 ? 0 : number.precision() - number.scale() - 1;
        int most = precision == SHORTEST ? widest : Math.max(precision, 1);
        if (exponent < -4 || exponent >= most) {
            return scientific(value, Math.max(0, number.precision() - 1), 'e');
        }
        return number.toPlainString();
    }

    /** %e. */
    static String scientific(double value, int digits, char letter) {
        if (isSpecial(value)) {
            return special(value);
        }
        int wanted =
                digits == SHORTEST ? exact(value, SHORTEST).stripTrailingZeros().precision() : digits + 1;
        BigDecimal number = new BigDecimal(value).round(new MathContext(wanted, RoundingMode.HALF_EVEN));
        int exponent = number.signum() == 0 ? 0 : number.precision() - number.scale() - 1;
        String all = number.unscaledValue().abs().toString();
        String unscaled = (all + "0".repeat(Math.max(0, wanted - all.length()))).substring(0, wanted);
        String mantissa = unscaled.charAt(0) + (wanted > 1 ? "." + unscaled.substring(1) : "");
        String power = Integer.toString(Math.abs(exponent));
        return (value < 0 ? "-" : "")
                + mantissa
                + letter
                + (exponent < 0 ? '-' : '+')
                + (power.length() < 2 ? "0" + power : power);
    }

    /** %f. */
    static String plain(double value, int digits) {
        if (isSpecial(value)) {
            return special(value);
        }
        if (digits == SHORTEST) {
            return exact(value, SHORTEST).stripTrailingZeros().toPlainString();
        }
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }
}
