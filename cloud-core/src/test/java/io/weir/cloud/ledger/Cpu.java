package io.weir.cloud.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time that this process and its PostgreSQL have used, from Linux' /proc: says what a
 * transaction costs even while others use the machine too.
 *
 * @param jvmMs of this process, milliseconds
 * @param postgresMs of the server with all its sessions, living and ended
 */
record Cpu(long jvmMs, long postgresMs) {
    private static final long MS_PER_TICK = 10;

    /** Where the fields utime to cstime stand after the process's name in /proc/pid/stat. */
    private static final int UTIME = 11;

    /**
     * @param session process id of any living session of the server
     */
    static Cpu used(long session) {
        ProcessHandle postmaster = ProcessHandle.of(session).orElseThrow().parent().orElseThrow();
        long postgres = ticks(postmaster.pid(), 4);
        postgres += postmaster.children().mapToLong(p -> ticks(p.pid(), 2)).sum();
        return new Cpu(
                ticks(ProcessHandle.current().pid(), 2) * MS_PER_TICK, postgres * MS_PER_TICK);
    }

    Cpu since(Cpu earlier) {
        return new Cpu(jvmMs - earlier.jvmMs, postgresMs - earlier.postgresMs);
    }

    /** Sum of utime, stime and, with four fields, of the same of ended children. */
    private static long ticks(long pid, int fields) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            String[] after = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long sum = 0;
            for (int i = 0; i < fields; i++) {
                sum += Long.parseLong(after[UTIME + i]);
            }
            return sum;
        } catch (java.nio.file.NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
