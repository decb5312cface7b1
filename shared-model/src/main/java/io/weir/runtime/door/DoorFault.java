package io.weir.runtime.door;

/** What came over the line is not of this protocol; whoever receives it closes the connection. */
public final class DoorFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DoorFault(String what) {
        super(what, null, false, false);
    }
}
