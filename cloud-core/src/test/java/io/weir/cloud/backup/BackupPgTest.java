package io.weir.cloud.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cloud.TestPostgres;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The file, and everything that must be refused with a reason. */
class BackupPgTest {
    private static final String POSITION_AND_MARK =
            "SELECT format('%s %s %s %s', (SELECT count(*) FROM ingest.position), frame,"
                    + " kafka_offset, coalesce(stopped_frame::text, 'none')) FROM ingest.mark";

    @TempDir private static Path folder;
    private static String source;
    private static Path file;

    @BeforeAll
    static void fill() {
        source = TestPostgres.fresh();
        Backups.execute(source, "SELECT weir.be_born(true)");
        Backups.execute(source, "SELECT ingest.make_days('2026-05-03', '2026-05-05')");
        Backups.execute(
                source,
                """
                INSERT INTO ingest.property_post (tenant, device_id, at, epoch, params)
                SELECT '/DEMO/', 'WD1', timestamptz '2026-05-03 23:59:59Z' + n * interval '1 hour', n,
                       jsonb_build_object('odd', E'tab\\t line\\n back\\\\slash "quote" 水')
                FROM generate_series(0, 47) AS n
                """);
        Backups.execute(
                source,
                """
                INSERT INTO devices.gateway (gateway_id, serves, is_default, change_no, created_at)
                VALUES ('edge-1', '/', true, 7, now());
                INSERT INTO devices.change VALUES ('edge-1', 'device', 'WD1', 7, '/DEMO/');
                INSERT INTO members.account (uid, tenant, role, name, state, created_at, rid)
                VALUES ('DEMO00000000000000A1', '/DEMO/', 'VENDOR', 'a', 2, now(), 'DEMO00000000000000A2'),
                       ('DEMO00000000000000A2', '/DEMO/', 'VENDOR', 'b', 2, now(), NULL);
                INSERT INTO tokens.signing_key (id, secret) VALUES (1, decode(repeat('ff', 64), 'hex'));
                INSERT INTO tokens.session (sid, uid, expires_at) VALUES ('s', 'DEMO00000000000000A1', now() + interval '1 day');
                INSERT INTO tokens.refresh (hash, sid) VALUES ('\\x00ff', 's');
                INSERT INTO ingest.position (consumer, lane, partition, next_offset) VALUES ('ingest', 'MONEY', 3, 77);
                INSERT INTO ingest.mark (consumer, lane, partition, gateway, journal, frame, kafka_offset, stopped_frame)
                VALUES ('ingest', 'MONEY', 3, 'edge-1', 'j', 9, 76, 12);
                INSERT INTO ingest.lease VALUES ('ingest', 'MONEY', 3, 'cloud-1', 'me', 5, now() + interval '1 day');
                INSERT INTO dispense.dispense (id, tenant, member, idempotency_key, device_id, gateway, outlet, ordered_ml,
                    measure_mode, ml_per_second, ml_per_1000_pulses, seconds_max, ttl_ms, end_within_ms, terms, parties,
                    hold_fen, created_at, state, hold, progress_ml, seconds_run, charged_fen, corrected_fen, refunded_fen,
                    bad_debt_fen, partition, orphan_at_ms, updated_at, resolve_at)
                SELECT rpad('d', 25, '0') || n, '/DEMO/', 'DEMO00000000000000A1', 'k' || n, 'WD' || n, 'edge-1', 'cold', 500, 0, 0, 0,
                       60, 10000, 300000, '{}', '{}', 100, now(), state, nullif(hold, ''), 0, 0, 0, 0, 0, 0, 0, 0, now(), now()
                FROM (VALUES (1, 'CREATED', ''), (2, 'HELD', '7'), (3, 'RUNNING', '8')) AS d (n, state, hold);
                SELECT nextval('members.account_number') FROM generate_series(1, 5)
                """);
        file = folder.resolve("all.weir");
        assertThat(Backups.run(source, "backup", file.toString())).isZero();
    }

    @Test
    void everyTableComesBackRowByRowForAnOwnerWhoIsNoSuperuser() throws IOException {
        String target = TestPostgres.empty();
        assertThat(Backups.run(target, "restore", file.toString())).isZero();

        // what nobody touches after a restore is the same when that database is backed up again
        Path again = folder.resolve("again.weir");
        assertThat(Backups.run(target, "backup", again.toString())).isZero();
        List<String> touched =
                List.of(
                        "devices.epoch",
                        "devices.gateway",
                        "devices.change",
                        "tokens.session",
                        "tokens.signing_key",
                        "ingest.lease",
                        "dispense.dispense");
        assertThat(Backups.manifest(again).migrations())
                .isEqualTo(Backups.manifest(file).migrations());
        assertThat(Backups.manifest(again).tables())
                .filteredOn(t -> !touched.contains(t.name()))
                .isEqualTo(
                        Backups.manifest(file).tables().stream()
                                .filter(t -> !touched.contains(t.name()))
                                .toList());
        assertThat(
                        Backups.asSystem(
                                target,
                                "SELECT tableoid::regclass || ' ' || count(*) FROM"
                                        + " ingest.property_post GROUP BY tableoid ORDER BY 1"))
                .containsExactly(
                        "ingest.property_post_20260503 1",
                        "ingest.property_post_20260504 24",
                        "ingest.property_post_20260505 23");
        assertThat(
                        Backups.lines(
                                target,
                                "SELECT relname::text FROM pg_class WHERE relrowsecurity AND NOT"
                                        + " relforcerowsecurity"))
                .as("tables left open")
                .isEmpty();
        assertThatThrownBy(() -> Backups.execute(target, "DELETE FROM weir.birth"))
                .hasMessageContaining("born once");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void numbersLeapLoginsEndAndLeasesAreFree() {
        String target = TestPostgres.fresh();
        Backups.restore(target, file);
        assertThat(one(target, "SELECT nextval('members.account_number')::text"))
                .isEqualTo("1000006");
        assertThat(one(target, "SELECT next::text FROM devices.epoch")).isEqualTo("1000000000001");
        assertThat(
                        one(
                                target,
                                "SELECT g.change_no || ' ' || c.version FROM devices.gateway g,"
                                        + " devices.change c"))
                .isEqualTo("1000007 1000007");
        assertThat(one(target, "SELECT count(*)::text FROM tokens.signing_key")).isEqualTo("0");
        assertThat(one(target, "SELECT reason FROM tokens.session")).isEqualTo("RESTORED");
        assertThat(Backups.lines(target, "SELECT state FROM dispense.dispense ORDER BY id"))
                .as("what was held may have been commanded: only the gateway knows")
                .containsExactly("CREATED", "COMMANDED", "RUNNING");
        assertThat(one(target, "SELECT owner || token FROM ingest.lease")).isEqualTo("1000005");
    }

    @Test
    void positionsOfALostKafkaAreForgottenAndMarksAreNot() {
        String same = TestPostgres.fresh();
        Backups.restore(same, file);
        assertThat(one(same, POSITION_AND_MARK)).isEqualTo("1 9 76 12");
        String other = TestPostgres.fresh();
        assertThat(Backups.run(other, "restore", "--new-kafka", file.toString())).isZero();
        assertThat(one(other, POSITION_AND_MARK)).isEqualTo("0 9 -1 none");
    }

    @Test
    void aBackupNeverOverwritesAndNeedsAFolderAndAWeir() throws IOException {
        byte[] before = Files.readAllBytes(file);
        refused(() -> Backups.backup(source, file), "exists");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        refused(() -> Backups.backup(source, folder.resolve("no/x")), "there is no folder");
        refused(
                () -> Backups.backup(TestPostgres.empty(), folder.resolve("none")),
                "there is no Weir");
        assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void aTableThatHidesRowsIsNotLeftOutInSilence() {
        String hiding = TestPostgres.fresh();
        Backups.execute(hiding, "DROP POLICY system_all ON ledger.entry");
        refused(() -> Backups.backup(hiding, folder.resolve("hiding")), "hides rows");
        assertThat(folder.resolve("hiding")).doesNotExist();
    }

    @Test
    void onlyAnEmptyDatabaseIsFilled() {
        String used = TestPostgres.fresh();
        Backups.execute(used, "SELECT weir.be_born(false)");
        refused(() -> Backups.restore(used, file), "not empty");
        String other = TestPostgres.empty();
        Backups.execute(other, "CREATE TABLE public.somebody_elses (x int)");
        refused(() -> Backups.restore(other, file), "not empty");
    }

    @Test
    void aDamagedFileIsRefusedBeforeTheDatabaseIsTouched() throws IOException {
        byte[] good = Files.readAllBytes(file);
        Path bad = folder.resolve("bad.weir");
        int refusals = 0;
        for (int at = 0; at < good.length; at += Math.max(1, good.length / 150)) {
            byte[] torn = good.clone();
            torn[at] ^= 0x55;
            Files.write(bad, torn);
            int refused = checkRefuses(bad);
            refusals += refused;
            if (refused == 0) {
                // the rows are what the manifest says, and that is unharmed
                assertThat(Backups.manifest(bad)).isEqualTo(Backups.manifest(file));
            }
        }
        for (int length : List.of(0, 10, good.length / 2, good.length - 1)) {
            Files.write(bad, java.util.Arrays.copyOf(good, length));
            assertThat(checkRefuses(bad)).as("cut to " + length).isEqualTo(1);
        }
        // of so many small tables many bytes are headers: dates, attributes
        assertThat(refusals).isGreaterThan(60);
        String target = TestPostgres.empty();
        refused(() -> Backups.restore(target, bad), "damaged");
        refused(() -> Backups.restore(target, folder.resolve("nowhere")), "there is no file");
        Backups.restore(target, file); // still empty
    }

    /** Also where the zip itself is sound: somebody packed it anew. */
    @Test
    void aRowThatIsMissingDoubledOrChangedIsFound() {
        String entry = "tables/members.account.copy";
        List<UnaryOperator<String>> hands =
                List.of(
                        rows -> rows.substring(rows.indexOf('\n') + 1),
                        rows -> rows + rows,
                        rows -> rows.replace("VENDOR", "MEMBER"),
                        rows -> rows.substring(0, rows.length() - 1));
        for (UnaryOperator<String> hand : hands) {
            refused(() -> Backups.restore(TestPostgres.empty(), packed(entry, hand)), "damaged");
        }
        assertThat(checkRefuses(packed(entry, rows -> rows))).isZero();
    }

    @Test
    void anotherFormatOrAnotherReleaseIsRefusedByName() {
        refused(
                () ->
                        Backups.restore(
                                TestPostgres.empty(),
                                manifest(m -> m.replace("\"format\":1,", "\"format\":2,"))),
                "format 2");
        refused(
                () ->
                        Backups.restore(
                                TestPostgres.empty(),
                                manifest(
                                        m ->
                                                m.replace(
                                                        "\"version\":\"0602\"",
                                                        "\"version\":\"0699\""))),
                "migration 0699 is unknown");
        refused(
                () ->
                        Backups.restore(
                                TestPostgres.empty(),
                                manifest(
                                        m ->
                                                m.replaceFirst(
                                                        "\\{\"version\":\"0402\",\"checksum\":-?\\d+},",
                                                        ""))),
                "without migration 0402");
        refused(
                () ->
                        Backups.restore(
                                TestPostgres.empty(),
                                manifest(
                                        m ->
                                                m.replaceFirst(
                                                        "(\"version\":\"0402\",\"checksum\":)-?\\d+",
                                                        "$11"))),
                "migration 0402 is unknown or another");
    }

    @Test
    void aWrongUseIsExplained() {
        assertThat(Backups.run(source, "backup")).isEqualTo(2);
        assertThat(Backups.run(source, "backup", "--check")).isEqualTo(2);
        assertThat(Backups.run(source, "backup", "--new-kafka", "x")).isEqualTo(2);
        assertThat(Backups.run(source, "restore")).isEqualTo(2);
        assertThat(Backups.run(source, "restore", "--check", "x")).isEqualTo(2);
        assertThat(Backups.run(source, "start")).isEqualTo(2);
        assertThat(Backups.run(null, "restore", file.toString())).isEqualTo(1);
        String nowhere = "postgresql://weir:weir@127.0.0.1:1/weir";
        assertThat(Backups.run(nowhere, "restore", file.toString())).isEqualTo(1);
        assertThat(Backups.run(nowhere, "review")).isEqualTo(1);
        assertThat(Backups.run(null, "backup", "--check", file.toString())).isZero();
        assertThat(Backups.run(source, "review")).isZero();
    }

    private static int checkRefuses(Path bad) {
        return Backups.run(null, "backup", "--check", bad.toString());
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable what, String why) {
        assertThatThrownBy(what).isInstanceOf(BackupRefused.class).hasMessageContaining(why);
    }

    private static Path manifest(UnaryOperator<String> hand) {
        Path packed = packed(Manifest.ENTRY, hand);
        Json.tree(read(packed));
        return packed;
    }

    private static String read(Path packed) {
        try (ZipFile zip = new ZipFile(packed.toFile())) {
            return new String(
                    zip.getInputStream(zip.getEntry(Manifest.ENTRY)).readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The good file with one entry changed by hand. */
    private static Path packed(String changed, UnaryOperator<String> hand) {
        try (ZipFile from = new ZipFile(file.toFile())) {
            Path packed = Files.createTempFile(folder, "packed", ".weir");
            try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(packed))) {
                for (ZipEntry entry : Collections.list(from.entries())) {
                    byte[] bytes = from.getInputStream(entry).readAllBytes();
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    to.write(
                            entry.getName().equals(changed)
                                    ? hand.apply(new String(bytes, StandardCharsets.UTF_8))
                                            .getBytes(StandardCharsets.UTF_8)
                                    : bytes);
                    to.closeEntry();
                }
            }
            return packed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String one(String uri, String sql) {
        List<String> lines = Backups.lines(uri, sql);
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }
}
