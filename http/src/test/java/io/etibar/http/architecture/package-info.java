/** The rules of the whole code. */
@NullMarked
package io.etibar.http.architecture;

import org.jspecify.annotations.NullMarked;
