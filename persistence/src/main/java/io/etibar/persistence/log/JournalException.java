package io.etibar.persistence.log;

/** The journal could not be written. Whether the events are there after all is not known. */
final class JournalException extends RuntimeException {
  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
