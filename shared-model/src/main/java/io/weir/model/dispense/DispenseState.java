package io.weir.model.dispense;

/** The life of a dispense (DESIGN section 5). VOIDED and CAPTURED are final. */
public enum DispenseState {
    CREATED,
    HELD,
    COMMANDED,
    RUNNING,
    ENDED,
    ORPHAN,
    CAPTURED,
    VOIDED;

    public boolean isOpen() {
        return this != CAPTURED && this != VOIDED;
    }
}
