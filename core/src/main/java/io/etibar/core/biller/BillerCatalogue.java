package io.etibar.core.biller;

import io.etibar.core.Page;
import io.etibar.core.participant.ParticipantId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The billers by id. Follows the log, and so may lag behind a change by some milliseconds. */
public interface BillerCatalogue {

  /**
   * Lists billers in the order of their ids.
   *
   * @param category only of this category, or null for all
   * @param after the id after which the page begins, or null for the first page
   */
  CompletionStage<Page<Biller.View>> page(
      @Nullable String category, @Nullable BillerId after, int limit);

  /** The billers of one owner, in the order of their ids; at most 1,000. */
  CompletionStage<List<BillerId>> ownedBy(ParticipantId owner);
}
