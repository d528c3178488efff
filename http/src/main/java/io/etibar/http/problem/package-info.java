/** Everything that can go wrong, in one catalogue, as problem documents (RFC 9457). */
@NullMarked
package io.etibar.http.problem;

import org.jspecify.annotations.NullMarked;
