/** A bill of one biller to one customer: what is due, reserved and collected. */
@NullMarked
package io.etibar.core.bill;

import org.jspecify.annotations.NullMarked;
