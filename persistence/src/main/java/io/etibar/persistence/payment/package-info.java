/** Read models of payments: the history by owner, and what bills wait to hear of. */
@NullMarked
package io.etibar.persistence.payment;

import org.jspecify.annotations.NullMarked;
