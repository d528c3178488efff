package io.etibar.http.problem;

import io.etibar.core.Refusal;

/**
 * Carries a problem out of the handling of a request. Not a fault, and so without a stack trace.
 */
public final class ProblemException extends RuntimeException {
  private final transient ProblemDetails details;
  private final int retryAfterSeconds;

  public ProblemException(ProblemDetails details) {
    this(details, 1);
  }

  /**
   * @param retryAfterSeconds told to the client where the problem's status asks for it
   */
  public ProblemException(ProblemDetails details, int retryAfterSeconds) {
    super(details.problem().name(), null, false, false);
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public ProblemException(Problem problem) {
    this(ProblemDetails.of(problem));
  }

  public ProblemException(Refusal refusal) {
    this(ProblemDetails.of(refusal));
  }

  public ProblemDetails details() {
    return details;
  }

  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
