/** Strict reading of what requests bring, and deterministic writing of what they are answered. */
@NullMarked
package io.etibar.http.json;

import org.jspecify.annotations.NullMarked;
