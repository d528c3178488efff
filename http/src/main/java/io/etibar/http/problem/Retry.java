package io.etibar.http.problem;

/** What a client should do after a problem. */
public enum Retry {
  /** The same request, with the same key, may succeed a moment later. */
  RETRIABLE,
  /** The same request will be answered the same. */
  NON_RETRIABLE,
  /** It may have been done or not: the same request, with the same key, tells. */
  UNKNOWN_OUTCOME
}
