/**
 * The description of the API, which comes before the code: {@code openapi.yaml}, and a viewer of it
 * that needs no other host than ours.
 */
@NullMarked
package io.etibar.http.docs;

import org.jspecify.annotations.NullMarked;
