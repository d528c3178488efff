/** What the tests of this module share: samples, a clock to set, and an actor system. */
@NullMarked
package io.etibar.core.testing;

import org.jspecify.annotations.NullMarked;
