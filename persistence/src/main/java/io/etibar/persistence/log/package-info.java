/**
 * The one log over all events: the journal's writes, the sequencer that gives each event its dense
 * index, and the feed from which everyone downstream reads.
 */
@NullMarked
package io.etibar.persistence.log;

import org.jspecify.annotations.NullMarked;
