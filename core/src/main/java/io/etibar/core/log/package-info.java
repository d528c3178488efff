/** The one log over all events, as everyone downstream of the journal sees it. */
@NullMarked
package io.etibar.core.log;

import org.jspecify.annotations.NullMarked;
