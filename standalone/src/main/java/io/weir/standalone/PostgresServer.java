package io.weir.standalone;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real PostgreSQL in a folder that is kept between runs: synced, password-protected, on loopback.
 * A postmaster that a killed JVM left on the same folder is stopped first (facts/probes.md 4).
 */
public final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String HBA =
            """
            local all all scram-sha-256
            host all all 127.0.0.1/32 scram-sha-256
            """;

    /** With an address of its own the server answers the neighbours there too. */
    private static final String NEIGHBOURS = "host all all samenet scram-sha-256\n";

    private final EmbeddedPostgres server;
    private final Path data;
    private final String uri;

    private PostgresServer(EmbeddedPostgres server, Path data, String uri) {
        this.server = server;
        this.data = data;
        this.uri = uri;
    }

    /**
     * Runs a server alone: {@code PostgresServer <folder> <port> <address>}; for the tests that cut
     * it off. It says READY once it listens; the password is in the folder.
     */
    public static void main(String[] args) throws InterruptedException {
        PostgresServer server = start(Path.of(args[0]), args[2], Integer.parseInt(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        LOG.info("READY PostgreSQL on {}", args[2]);
        Thread.currentThread().join();
    }

    /**
     * @param folder kept between runs
     * @param port 0 = a free one
     */
    public static PostgresServer start(Path folder, int port) {
        return start(folder, LOOPBACK, port);
    }

    private static PostgresServer start(Path folder, String address, int port) {
        try {
            Path data = folder.resolve("data");
            Path work = Files.createDirectories(folder.resolve("binaries"));
            stopOrphan(data);
            String password = password(folder.resolve("password"));
            Path log = folder.resolve("postgres.log");
            var builder =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(data)
                            .setCleanDataDirectory(false)
                            .setOverrideWorkingDirectory(work.toFile())
                            .setRegisterShutdownHook(false)
                            .setConnectConfig("password", password)
                            .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .setPGStartupWait(Duration.ofSeconds(30))
                            // zonky's own defaults are for throw-away tests: no sync at all
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("full_page_writes", "on")
                            .setServerConfig("shared_buffers", "128MB")
                            .setServerConfig("max_wal_size", "2GB")
                            .setServerConfig("max_connections", "100")
                            .setServerConfig("listen_addresses", addresses(address));
            if (port != 0) {
                builder.setPort(port);
            }
            EmbeddedPostgres server = builder.start();
            lock(server, data, password, address.equals(LOOPBACK) ? HBA : HBA + NEIGHBOURS);
            String uri =
                    "postgresql://postgres:%s@%s:%d/weir"
                            .formatted(password, address, server.getPort());
            return new PostgresServer(server, data, uri);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start in " + folder, e);
        }
    }

    private static String addresses(String address) {
        return address.equals(LOOPBACK) ? LOOPBACK : LOOPBACK + "," + address;
    }

    /** {@code postgresql://postgres:...@127.0.0.1:port/weir}; the database is there. */
    public String uri() {
        return uri;
    }

    public int port() {
        return server.getPort();
    }

    /** The postmaster's process, for tests that kill it. */
    public ProcessHandle process() {
        return postmaster(data)
                .orElseThrow(() -> new IllegalStateException("no postmaster in " + data));
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the embedded PostgreSQL did not stop cleanly", e);
        }
    }

    /**
     * First start: set the password, make the database, then let nobody in without the password.
     */
    private static void lock(EmbeddedPostgres server, Path data, String password, String rules)
            throws IOException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER ROLE postgres PASSWORD '" + password + "'");
            try (var found =
                    statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = 'weir'")) {
                if (!found.next()) {
                    statement.execute("CREATE DATABASE weir");
                }
            }
            Path hba = data.resolve("pg_hba.conf");
            if (!Files.readString(hba).equals(rules)) {
                Files.writeString(hba, rules);
                statement.execute("SELECT pg_reload_conf()");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the embedded PostgreSQL can't be set up", e);
        }
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] bytes = new byte[16];
            new SecureRandom().nextBytes(bytes);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HexFormat.of().formatHex(bytes));
        }
        return Files.readString(file);
    }

    private static void stopOrphan(Path data) {
        postmaster(data)
                .ifPresent(
                        orphan -> {
                            LOG.info(
                                    "stopping PostgreSQL {} that an earlier run left behind",
                                    orphan.pid());
                            orphan.destroy();
                            try {
                                orphan.onExit().get(15, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } catch (ExecutionException | TimeoutException e) {
                                throw new IllegalStateException(
                                        "PostgreSQL " + orphan.pid() + " still holds " + data, e);
                            }
                        });
    }

    private static java.util.Optional<ProcessHandle> postmaster(Path data) {
        try {
            Path pidFile = data.resolve("postmaster.pid");
            if (!Files.exists(pidFile)) {
                return java.util.Optional.empty();
            }
            long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().trim());
            return ProcessHandle.of(pid)
                    .filter(
                            p ->
                                    p.info().arguments().stream()
                                            .flatMap(Arrays::stream)
                                            .anyMatch(data.toString()::equals));
        } catch (IOException | NumberFormatException e) {
            return java.util.Optional.empty();
        }
    }
}
