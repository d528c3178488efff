package io.etibar.core.participant;

import io.etibar.core.Page;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The participants by id. Follows the log, and so may lag behind a change by some milliseconds. */
public interface ParticipantCatalogue {

  /**
   * Lists participants in the order of their ids.
   *
   * @param after the id after which the page begins, or null for the first page
   */
  CompletionStage<Page<Participant.View>> page(@Nullable ParticipantId after, int limit);
}
