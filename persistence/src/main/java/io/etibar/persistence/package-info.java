@NullMarked
package io.etibar.persistence;

import org.jspecify.annotations.NullMarked;
