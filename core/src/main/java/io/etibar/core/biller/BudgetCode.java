package io.etibar.core.biller;

import java.util.regex.Pattern;

/**
 * Where in the state budget, or in the biller's books, a payment belongs. Filled in by the
 * platform, so that no payer can get it wrong.
 *
 * @param classification code of the budget classification: 1 to 20 digits
 * @param account the account that is credited: an IBAN (ISO 13616)
 */
public record BudgetCode(String classification, String account) {
  private static final Pattern CLASSIFICATION = Pattern.compile("[0-9]{1,20}");
  private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");

  /**
   * @throws IllegalArgumentException naming the part that has another form
   */
  public BudgetCode {
    if (!CLASSIFICATION.matcher(classification).matches()) {
      throw new IllegalArgumentException("classification must be 1 to 20 digits");
    }
    if (!IBAN.matcher(account).matches()) {
      throw new IllegalArgumentException("account must be an IBAN");
    }
  }
}
