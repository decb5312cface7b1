package io.weir.edge.guard;

import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/**
 * The bans on disk, as JSON that an operator can read. Written whole to a new file, synced, then
 * renamed: a crash leaves the old or the new. Blocks: not on an event loop.
 */
final class BanFile {
    private static final Logger LOG = LoggerFactory.getLogger(BanFile.class);

    private record Saved(List<Ban> bans) {}

    private final Path file;
    private final BanList bans;
    private long written = -1;

    BanFile(Path file, BanList bans) {
        this.file = file;
        this.bans = bans;
    }

    /** A file that can't be read is kept aside: the gateway starts without bans, and says so. */
    synchronized void read(Instant now) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.exists(file)) {
                Saved saved = Json.read(Files.readAllBytes(file), Saved.class);
                saved.bans.stream().filter(ban -> !ban.over(now)).forEach(bans::put);
                LOG.info("{} bans hold", bans.size());
            }
        } catch (IllegalArgumentException e) {
            setAside(e);
        } catch (IOException e) {
            throw new UncheckedIOException("bans " + file, e);
        }
    }

    /** Writes the list when it changed since the last time. */
    synchronized void save(Instant now) {
        long revision = bans.revision();
        if (revision == written) {
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel out =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(new Saved(bans.all(now))));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            written = revision;
        } catch (IOException e) {
            throw new UncheckedIOException("bans " + file, e);
        }
    }

    private void setAside(Exception why) {
        Path aside = file.resolveSibling(file.getFileName() + ".bad");
        LOG.error(
                "bans {} can't be read; kept as {}, starting without: {}",
                file,
                aside,
                why.getMessage());
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("bans " + file, e);
        }
    }
}
