/** A payment of one participant to one biller, and its returns. */
@NullMarked
package io.etibar.core.payment;

import org.jspecify.annotations.NullMarked;
