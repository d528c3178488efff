/** The API's description as the judge of what the routes answer. */
@NullMarked
package io.etibar.http.spec;

import org.jspecify.annotations.NullMarked;
