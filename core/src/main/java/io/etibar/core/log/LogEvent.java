package io.etibar.core.log;

import java.time.Instant;

/**
 * One event at its place in the log.
 *
 * @param index dense, from 0; the cursor of every stream and projection
 * @param persistenceId the entity, such as {@code Payment|pay_…}
 * @param sequenceNumber from 1, ascending along the log for one entity
 * @param event the event as its entity wrote it
 * @param writtenAt when the journal took it, by the clock of the node that wrote it
 */
public record LogEvent(
    long index, String persistenceId, long sequenceNumber, Object event, Instant writtenAt) {}
