package io.etibar.http.problem;

/** Carries a problem out of the reading of a request. Not a fault, and so without a stack trace. */
public final class ProblemException extends RuntimeException {
  private final transient ProblemDetails details;

  public ProblemException(ProblemDetails details) {
    super(details.problem().name(), null, false, false);
    this.details = details;
  }

  public ProblemDetails details() {
    return details;
  }
}
