/** Routes of billers. */
@NullMarked
package io.etibar.http.biller;

import org.jspecify.annotations.NullMarked;
