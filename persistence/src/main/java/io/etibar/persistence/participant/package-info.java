/** The read model of participants, and the used assertions. */
@NullMarked
package io.etibar.persistence.participant;

import org.jspecify.annotations.NullMarked;
