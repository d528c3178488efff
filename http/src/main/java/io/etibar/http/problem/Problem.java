package io.etibar.http.problem;

import static io.etibar.http.problem.Retry.NON_RETRIABLE;
import static io.etibar.http.problem.Retry.RETRIABLE;
import static io.etibar.http.problem.Retry.UNKNOWN_OUTCOME;

import io.etibar.core.Rejection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of problems. A code is stable for ever; title and documentation may be reworded.
 * The reason is a code of the ISO 20022 external status reason list, where one says the same.
 */
public enum Problem {
  JSON_MALFORMED(400, NON_RETRIABLE, null, "The body is not the JSON that is expected here."),
  FIELD_UNKNOWN(400, NON_RETRIABLE, null, "The body has a field that does not exist here."),
  FIELD_INVALID(422, NON_RETRIABLE, null, "A field is missing, or its value has another form."),
  PARAMETER_INVALID(
      400, NON_RETRIABLE, null, "A parameter of the query or the path has another form."),
  REQUEST_MALFORMED(400, NON_RETRIABLE, null, "The request is not well-formed HTTP."),
  IDEMPOTENCY_KEY_MISSING(
      400,
      NON_RETRIABLE,
      null,
      "The header Idempotency-Key is missing; without it a retry would not be safe."),
  IDEMPOTENCY_KEY_INVALID(
      400, NON_RETRIABLE, null, "The key is not 1 to 255 printable ASCII characters."),
  IDEMPOTENCY_KEY_REUSED(
      422,
      NON_RETRIABLE,
      "DUPL",
      "Another request was made with this key; a new request needs a new key."),
  IN_FLIGHT(
      409, RETRIABLE, null, "The first request with this key is not answered yet; repeat it soon."),

  TOKEN_MISSING(401, NON_RETRIABLE, null, "The request carries no access token."),
  TOKEN_INVALID(401, NON_RETRIABLE, null, "The access token is not one of ours, or was altered."),
  TOKEN_EXPIRED(401, NON_RETRIABLE, null, "The access token has expired; get a new one."),
  SCOPE_MISSING(
      403, NON_RETRIABLE, null, "The access token does not carry the scope that is needed here."),
  PARTICIPANT_SUSPENDED(403, NON_RETRIABLE, null, "The participant is suspended by an operator."),
  TOKEN_REQUEST_INVALID(
      400,
      NON_RETRIABLE,
      null,
      "The token request is incomplete or malformed (RFC 6749 §5.2 invalid_request)."),
  GRANT_UNSUPPORTED(
      400,
      NON_RETRIABLE,
      null,
      "Only client_credentials is granted (RFC 6749 §5.2 unsupported_grant_type)."),
  CLIENT_INVALID(
      401,
      NON_RETRIABLE,
      null,
      "The assertion was not accepted: signature, audience, time or use (RFC 6749 §5.2 invalid_client)."),
  SCOPE_INVALID(
      400, NON_RETRIABLE, null, "A scope was asked for that cannot be granted (RFC 6749 §5.2)."),

  NOT_FOUND(404, NON_RETRIABLE, null, "There is nothing at this address, or nothing of yours."),
  METHOD_NOT_ALLOWED(405, NON_RETRIABLE, null, "The resource does not take this method."),
  BODY_TOO_LARGE(413, NON_RETRIABLE, null, "The body, or a line of it, is larger than 64 KiB."),
  URI_TOO_LONG(414, NON_RETRIABLE, null, "The address is too long."),
  MEDIA_TYPE_UNSUPPORTED(
      415, NON_RETRIABLE, null, "The body is not of the media type that is expected here."),
  HEADERS_TOO_LARGE(431, NON_RETRIABLE, null, "The headers are too large."),

  PARTICIPANT_UNKNOWN(404, NON_RETRIABLE, null, "There is no such participant."),
  BILLER_UNKNOWN(404, NON_RETRIABLE, "BE01", "There is no such biller."),
  BILLER_SUSPENDED(403, NON_RETRIABLE, "AC06", "The biller is suspended and may not be paid now."),
  BILL_UNKNOWN(404, NON_RETRIABLE, "BE01", "The biller has no such bill."),
  BILL_PAID(409, NON_RETRIABLE, "AM05", "Nothing is due on the bill any more."),
  BILL_WITHDRAWN(409, NON_RETRIABLE, "AC04", "The biller withdrew the bill."),
  BILL_EXPIRED(410, NON_RETRIABLE, "DT01", "The time in which the bill could be paid is over."),
  BILL_LOCKED(
      409,
      NON_RETRIABLE,
      null,
      "Something is paid or reserved on the bill; its content cannot change."),
  BILL_RESERVED(
      409, RETRIABLE, null, "Another payment of the bill is being made; repeat in a moment."),
  BILL_PAYMENTS_LIMIT(
      409, NON_RETRIABLE, null, "The bill has as many payments as a bill can have."),
  AMOUNT_RULE(422, NON_RETRIABLE, "AM09", "The bill does not accept this amount; see acceptable."),
  AMOUNT_LIMIT(
      422, NON_RETRIABLE, "AM02", "The amount is above what the participant may pay at once."),
  CURRENCY_NOT_ACCEPTED(
      422, NON_RETRIABLE, "AM03", "The currency is not the one that is accepted here."),
  CHANNEL_NOT_ACCEPTED(
      422, NON_RETRIABLE, "AG01", "The biller does not accept payments over this channel."),
  AD_HOC_NOT_ACCEPTED(422, NON_RETRIABLE, "AG01", "The biller accepts payments of its bills only."),
  REFERENCE_INVALID(
      422, NON_RETRIABLE, "BE01", "A customer reference is missing, unknown or of another form."),
  PAYMENT_UNKNOWN(404, NON_RETRIABLE, null, "There is no such payment, or it is not yours."),
  PAYMENT_ABORTED(
      409,
      NON_RETRIABLE,
      "AB03",
      "The payment did not complete in time; nothing was collected. Use a new key."),
  PAYMENT_NOT_COMMITTED(409, NON_RETRIABLE, null, "Only a committed payment can be returned."),
  RETURN_EXCEEDS_PAYMENT(422, NON_RETRIABLE, "AM09", "More would be returned than was paid."),
  RETURNS_LIMIT(409, NON_RETRIABLE, null, "The payment has as many returns as a payment can have."),

  RATE_LIMITED(
      429, RETRIABLE, null, "The participant asks faster than its limit; see Retry-After."),
  OVERLOADED(
      503,
      RETRIABLE,
      null,
      "More is asked than can be taken now; see Retry-After. Nothing was done."),
  UNAVAILABLE(503, RETRIABLE, null, "The answer is not to be had now. Nothing was changed."),
  OUTCOME_UNKNOWN(
      503,
      UNKNOWN_OUTCOME,
      "AB03",
      "No answer came in time. Repeat with the same key to learn what became of it."),
  INTERNAL(
      500,
      UNKNOWN_OUTCOME,
      null,
      "A fault of ours. Repeat with the same key; if it stays, tell the operator.");

  private final int status;
  private final Retry retry;
  private final @Nullable String reason;
  private final String documentation;

  Problem(int status, Retry retry, @Nullable String reason, String documentation) {
    this.status = status;
    this.retry = retry;
    this.reason = reason;
    this.documentation = documentation;
  }

  /** The problem that a rejection is shown as. Each rejection has the one of its own name. */
  public static Problem of(Rejection rejection) {
    return Problem.valueOf(rejection.name());
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  public Retry retry() {
    return retry;
  }

  /** The reason code of ISO 20022, where one says the same. */
  public Optional<String> isoReason() {
    return Optional.ofNullable(reason);
  }

  /** The error code of RFC 6749 §5.2, which a token request's answer carries as well. */
  public Optional<String> oauthError() {
    return switch (this) {
      case TOKEN_REQUEST_INVALID -> Optional.of("invalid_request");
      case GRANT_UNSUPPORTED -> Optional.of("unsupported_grant_type");
      case CLIENT_INVALID -> Optional.of("invalid_client");
      case SCOPE_INVALID -> Optional.of("invalid_scope");
      default -> Optional.empty();
    };
  }

  /** One sentence for people. */
  public String documentation() {
    return documentation;
  }
}
