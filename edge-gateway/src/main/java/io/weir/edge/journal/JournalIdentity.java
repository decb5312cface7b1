package io.weir.edge.journal;

import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Whose journal this is. Kept in the folder; frames are numbered per (gateway, journal, lane,
 * partition), so none of it may change under a living journal. The file is text: gateway, id,
 * partitions and a checksum of the three, a line each.
 *
 * @param id random; a new disk is a new journal
 * @param repaired the file was damaged; the id was found in the segments' heads
 */
record JournalIdentity(String gateway, String id, int partitions, boolean repaired) {
    private static final Logger LOG = LoggerFactory.getLogger(JournalIdentity.class);
    private static final String FILE = "journal.id";

    /** So far into a segment a first frame is looked for. */
    private static final int LOOK_BYTES = 1 << 20;

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
                    new JournalIdentity(gateway, UUID.randomUUID().toString(), partitions, false);
            disk.write(FILE, born.text().getBytes(StandardCharsets.UTF_8));
            return born;
        }
        byte[] content = disk.readAll(FILE);
        JournalIdentity old = parse(new String(content, StandardCharsets.UTF_8));
        if (old == null) {
            old = repair(disk, content, gateway, partitions);
        }
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

    /** What every frame of this journal carries. */
    byte[] origin() {
        return FrameCodec.origin(gateway, id);
    }

    /** Null when it is not what was written. */
    private static @Nullable JournalIdentity parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 5 || !lines[2].matches("[0-9]{1,4}")) {
            return null;
        }
        JournalIdentity read =
                new JournalIdentity(lines[0], lines[1], Integer.parseInt(lines[2]), false);
        return read.text().equals(text) ? read : null;
    }

    /**
     * The segments know their journal, and their frames the gateway: a folder of another one is
     * still not taken.
     */
    private static JournalIdentity repair(Disk disk, byte[] damaged, String gateway, int partitions)
            throws IOException {
        List<String> segments = disk.list().stream().filter(JournalIdentity::isSegment).toList();
        String id = UUID.randomUUID().toString();
        Records.Head first = null;
        for (String file : segments) {
            byte[] start = start(disk, file);
            Records.Head head = Records.parseHead(start, partitions);
            boolean other = head != null && first != null && !id.equals(head.journal());
            id = head == null ? id : head.journal();
            first = head == null ? first : head;
            if (other || isForeign(start, FrameCodec.origin(gateway, id))) {
                throw new IOException(
                        FILE + " is damaged and the segments aren't all this gateway's: move away");
            }
        }
        if (first == null && !segments.isEmpty()) {
            throw new IOException(FILE + " is damaged and so are the segments: move all away");
        }
        LOG.error("{} is damaged; the segments say {}", FILE, id);
        disk.write(FILE + ".bad", damaged);
        JournalIdentity found = new JournalIdentity(gateway, id, partitions, true);
        disk.write(FILE, found.text().getBytes(StandardCharsets.UTF_8));
        return found;
    }

    /** Is the first whole frame of somebody else? */
    private static boolean isForeign(byte[] start, byte[] origin) {
        for (int at = 0; at < start.length; at++) {
            if (FrameCodec.wholeAt(start, at, start.length) > 0 && FrameCodec.isFrame(start, at)) {
                return !FrameCodec.hasOrigin(start, at, origin);
            }
        }
        return false;
    }

    private static boolean isSegment(String file) {
        for (Lane lane : Lane.values()) {
            if (Segment.seq(lane, file) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static byte[] start(Disk disk, String file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(LOOK_BYTES, disk.size(file)));
        disk.read(file, 0, start);
        return start.array();
    }

    private String text() {
        String text = gateway + "\n" + id + "\n" + partitions + "\n";
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return text + String.format(Locale.ROOT, "crc %08x\n", crc.getValue());
    }
}
