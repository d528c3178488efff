@NullMarked
package io.etibar.ethereum;

import org.jspecify.annotations.NullMarked;
