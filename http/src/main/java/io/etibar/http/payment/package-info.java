/** Routes of payments and returns. */
@NullMarked
package io.etibar.http.payment;

import org.jspecify.annotations.NullMarked;
