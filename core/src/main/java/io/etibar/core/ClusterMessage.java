package io.etibar.core;

/**
 * Marks a command or a reply that may travel between nodes, as CBOR. Nodes of two neighbouring
 * releases exchange these during a rolling update, so fields are added, never renamed at once.
 *
 * <p>A new field needs a {@code JacksonMigration} that gives it a value where it is missing, also
 * where it may be null. Messages of the older release do not have it, and serialization.conf sets
 * {@code FAIL_ON_MISSING_CREATOR_PROPERTIES}, so that a renamed field is an error and not a null:
 * without the migration nothing from the older nodes can be read. They in turn ignore what they do
 * not know. For the same reason no message leaves out its nulls ({@code @JsonInclude(NON_NULL)}):
 * what is not written is missing, and could not be read by anybody.
 */
public interface ClusterMessage {}
