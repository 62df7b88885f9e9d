package dev.estiba.cli.flag;

/** A flag's value that makes no sense; says why. */
public final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    public BadValue(String why) {
        super(why);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
