package dev.estiba.api;

/** A limit on a block device: bytes or operations a second. */
public record ThrottleDevice(String path, long rate) {}
