package io.weir.e2e;

import java.util.List;

/**
 * Where the parts of a platform run, each on an address of its own, and what is cut between them. A
 * cut is silent, as a pulled cable is: packets vanish and nobody is told.
 */
interface Network extends AutoCloseable {
    /** {@code -Dweir.partition.network=freeze}: not in namespaces, though they are permitted. */
    boolean FREEZE = System.getProperty("weir.partition.network", "").equals("freeze");

    /** Namespaces where this user may make some, else processes that can be frozen. */
    static Network of(List<String> parts) {
        return Namespaces.permitted() && !FREEZE ? Namespaces.make(parts) : new FrozenParts(parts);
    }

    /** What the test prints of how it cuts. */
    String kind();

    String address(String part);

    /** The command in front of a process that makes it run as this part. */
    List<String> within(String part);

    /** The process of a part runs, or runs again. */
    void started(String part, long pid);

    /** Nothing gets from the one to the other any more. */
    void cutOneWay(String from, String to);

    /** Nothing gets through between the two any more. */
    default void cut(String one, String other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /** All that was cut is whole. */
    void heal();

    @Override
    void close();
}
