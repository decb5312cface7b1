package io.weir.edge.ingest.tcp;

/** What came is not what was agreed on; the connection it came over ends. */
final class BadFrame extends Exception {
    private static final long serialVersionUID = 1L;

    BadFrame(String reason) {
        super(reason, null, false, false);
    }

    /** For the log, and for whoever looks at the wire. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
