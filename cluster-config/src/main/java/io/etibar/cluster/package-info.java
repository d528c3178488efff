@NullMarked
package io.etibar.cluster;

import org.jspecify.annotations.NullMarked;
