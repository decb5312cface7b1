package io.weir.edge.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Whose journal this is. Kept in the folder; frames are numbered per (gateway, journal, lane,
 * partition), so none of it may change under a living journal.
 *
 * @param id random; a new disk is a new journal
 */
record JournalIdentity(String gateway, String id, int partitions) {
    private static final String FILE = "journal.id";

    /** Reads the folder's identity, or gives it one when it is empty. */
    static JournalIdentity of(Disk disk, String gateway, int partitions) throws IOException {
        List<String> files = disk.list();
        for (String unfinished : files) {
            if (unfinished.endsWith(".tmp")) {
                disk.delete(unfinished);
            }
        }
        if (!files.contains(FILE)) {
            if (files.stream().anyMatch(f -> f.endsWith(".seg"))) {
                throw new IOException(
                        "the journal has segments but no "
                                + FILE
                                + ": restore it or move all away");
            }
            JournalIdentity born =
                    new JournalIdentity(gateway, UUID.randomUUID().toString(), partitions);
            disk.write(FILE, born.text().getBytes(StandardCharsets.UTF_8));
            return born;
        }
        String[] kept = new String(disk.readAll(FILE), StandardCharsets.UTF_8).split("\n", -1);
        if (kept.length < 3) {
            throw new IOException(FILE + " is damaged: move the journal's folder away");
        }
        JournalIdentity old = new JournalIdentity(kept[0], kept[1], Integer.parseInt(kept[2]));
        if (!old.gateway.equals(gateway)) {
            throw new IOException(
                    "the journal belongs to gateway " + old.gateway + ", this is " + gateway);
        }
        if (old.partitions != partitions) {
            throw new IOException(
                    "the journal has %d partitions, the settings say %d: not changeable"
                            .formatted(old.partitions, partitions));
        }
        return old;
    }

    private String text() {
        return gateway + "\n" + id + "\n" + partitions + "\n";
    }
}
