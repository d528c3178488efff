/** Who asks: signed assertions, access tokens, scopes. */
@NullMarked
package io.etibar.http.security;

import org.jspecify.annotations.NullMarked;
