package io.etibar.http.problem;

import io.etibar.core.Refusal;
import io.etibar.core.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One occurrence of a problem. It holds nothing that varies from one answer to the next (no time,
 * no request id), so that a repeated request gets the same bytes.
 *
 * @param detail a sentence for people about this occurrence; never an echo of the input
 * @param field the path of the field at fault, such as {@code amount.value}
 * @param min the least amount that would be accepted
 * @param max the greatest amount that would be accepted
 */
public record ProblemDetails(
    Problem problem,
    @Nullable String detail,
    @Nullable String field,
    @Nullable Money min,
    @Nullable Money max) {

  public static ProblemDetails of(Problem problem) {
    return new ProblemDetails(problem, null, null, null, null);
  }

  public static ProblemDetails of(Problem problem, String detail) {
    return new ProblemDetails(problem, detail, null, null, null);
  }

  /** A field is at fault; the detail reads on from the field's name: "must be …". */
  public static ProblemDetails field(Problem problem, String field, String detail) {
    return new ProblemDetails(problem, detail, field, null, null);
  }

  public static ProblemDetails of(Refusal refusal) {
    return new ProblemDetails(
        Problem.of(refusal.rejection()), null, refusal.field(), refusal.min(), refusal.max());
  }
}
