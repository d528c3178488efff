package io.etibar.core;

/**
 * Marks an event that is stored in the journal as JSON. A stored event is a contract: its class
 * name and its fields are read for ever, and a golden file holds each of its versions.
 *
 * <p>A new field needs a {@code JacksonMigration} that gives it a value in the events that were
 * stored without it, also where it may be null. serialization.conf sets {@code
 * FAIL_ON_MISSING_CREATOR_PROPERTIES}, so that a renamed field is an error and not a null; without
 * the migration no entity with an older event could be replayed. For the same reason no event
 * leaves out its nulls ({@code @JsonInclude(NON_NULL)}): what is not written is missing when it is
 * read.
 */
public interface JournalEvent {}
