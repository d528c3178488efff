/** The read model of billers. */
@NullMarked
package io.etibar.persistence.biller;

import org.jspecify.annotations.NullMarked;
