/** Routes of bills. */
@NullMarked
package io.etibar.http.bill;

import org.jspecify.annotations.NullMarked;
