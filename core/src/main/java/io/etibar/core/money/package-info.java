/** Amounts of money: integer minor units with a currency, exact arithmetic only. */
@NullMarked
package io.etibar.core.money;

import org.jspecify.annotations.NullMarked;
