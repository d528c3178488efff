/** Strict reading and deterministic writing of JSON and of streams of JSON lines. */
@NullMarked
package io.etibar.http.json;

import org.jspecify.annotations.NullMarked;
