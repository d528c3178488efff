package io.etibar.core;

/**
 * Marks a command or a reply that may travel between nodes, as CBOR. Nodes of two neighbouring
 * releases exchange these during a rolling update, so fields are added, never renamed at once.
 */
public interface ClusterMessage {}
