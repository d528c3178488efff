@NullMarked
package io.etibar.core;

import org.jspecify.annotations.NullMarked;
