/** Personal data, sealed under a key per subject that can be destroyed. */
@NullMarked
package io.etibar.core.privacy;

import org.jspecify.annotations.NullMarked;
