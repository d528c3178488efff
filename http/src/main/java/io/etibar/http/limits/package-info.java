/** How much is admitted: requests in flight over all, and a rate for each participant. */
@NullMarked
package io.etibar.http.limits;

import org.jspecify.annotations.NullMarked;
