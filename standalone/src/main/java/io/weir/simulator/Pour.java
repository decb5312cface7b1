package io.weir.simulator;

/**
 * One dispense by the device's own count.
 *
 * @param asked ml that the platform ordered
 * @param poured ml that really flowed
 * @param openings how often the valve was opened for it: 1, or something is wrong
 * @param reason why it ended; empty = it runs
 */
record Pour(String dispense, long asked, long poured, int openings, String reason) {
    Pour more(long ml) {
        return new Pour(dispense, asked, poured + ml, openings, reason);
    }

    Pour opened() {
        return new Pour(dispense, asked, poured, openings + 1, "");
    }

    Pour ended(String why) {
        return new Pour(dispense, asked, poured, openings, why);
    }

    boolean running() {
        return reason.isEmpty();
    }
}
