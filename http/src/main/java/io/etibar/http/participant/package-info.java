/** Routes of participants. */
@NullMarked
package io.etibar.http.participant;

import org.jspecify.annotations.NullMarked;
