package io.etibar.core.privacy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Seals personal data under a key per subject. The keys live apart from the journal and can be
 * destroyed: what was sealed under a destroyed key can never be read again.
 */
public interface Vault {

  /**
   * Text of one subject.
   *
   * @param subject whose key is used, such as {@code bill/water/20045678}
   */
  record Plain(String subject, String text) {}

  /** Seals each item under its subject's key, in order; creates the keys that are missing. */
  CompletionStage<List<Sealed>> seal(List<Plain> items);

  /** Opens what was sealed, or nothing where the subject's key is destroyed. */
  CompletionStage<Optional<String>> open(String subject, Sealed sealed);

  /** Destroys the subject's key for good. */
  CompletionStage<Void> destroy(String subject);
}
