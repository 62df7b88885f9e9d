package dev.estiba.oci.json;

/** A value that the specification writes as a fixed word. */
public interface SpecName {
    /** The word as the specification writes it. */
    String specName();
}
