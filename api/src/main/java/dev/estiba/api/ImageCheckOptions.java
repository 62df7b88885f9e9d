package dev.estiba.api;

/**
 * @param repair whether what is wrong is mended where that can be
 * @param access to the registries that damaged images came from; used only to mend
 */
public record ImageCheckOptions(boolean repair, RegistryAccess access) {}
