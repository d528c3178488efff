/** The keys of personal data. */
@NullMarked
package io.etibar.persistence.privacy;

import org.jspecify.annotations.NullMarked;
