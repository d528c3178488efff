/**
 * How nodes form one cluster: the settings, and the road from a started actor system to a member
 * that is up. The HOCON fragments beside it ({@code cluster.conf}, {@code sharding.conf}, {@code
 * serialization.conf}, {@code management.conf}) hold Akka's own settings with the reason for each.
 */
@NullMarked
package io.etibar.cluster;

import org.jspecify.annotations.NullMarked;
