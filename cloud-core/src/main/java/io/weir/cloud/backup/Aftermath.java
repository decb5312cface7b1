package io.weir.cloud.backup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a database has to forget or be careful with when it went back in time, while devices,
 * gateways, members and Kafka did not. Within the transaction of the restore.
 */
final class Aftermath {
    /**
     * How far numbers jump. More than were given out since any backup that is worth a restore; a
     * database that went back so far as to need more has other troubles.
     */
    static final long LEAP = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

    // Each connection of a device takes one, so they need the wider jump.
    private static final String EPOCHS = "UPDATE devices.epoch SET next = next + 1000000000000";

    // Gateways know later states of devices, under numbers that are about to be given again: they
    // fetch all of theirs anew, since every number is above what they have seen.
    private static final String CHANGES = "UPDATE devices.change SET version = version + " + LEAP;
    private static final String COUNTERS =
            "UPDATE devices.gateway SET change_no = change_no + " + LEAP;

    // A logout, a changed password, a dismissed clerk: all of that may have been after the backup.
    private static final String SESSIONS =
            "UPDATE tokens.session SET ended_at = now(), reason = 'RESTORED' WHERE ended_at IS"
                    + " NULL";
    private static final String KEY = "DELETE FROM tokens.signing_key";

    // Held at the time of the backup, it may have been commanded since. Only the gateway knows: it
    // is asked, and what it told stands in Kafka (DESIGN section 5.2).
    private static final String HELD =
            "UPDATE dispense.dispense SET state = 'COMMANDED' WHERE state = 'HELD'";

    private final Connection c;
    private final Catalogue here;

    Aftermath(Connection c, Catalogue here) {
        this.c = c;
        this.here = here;
    }

    /**
     * @param newKafka positions and gaps of the old Kafka mean nothing in this one
     */
    void run(boolean newKafka) throws SQLException {
        Sql.run(c, EPOCHS);
        Sql.run(c, CHANGES);
        Sql.run(c, COUNTERS);
        int sessions = Sql.run(c, SESSIONS);
        Sql.run(c, KEY);
        int held = Sql.run(c, HELD);
        leases();
        if (newKafka) {
            forgetKafka();
        }
        LOG.info(
                "after the restore: numbers leapt, {} logins ended, {} held dispenses wait for"
                        + " their gateways' word",
                sessions,
                held);
    }

    /** A node that is still alive somewhere must not take an old token for its own. */
    private void leases() throws SQLException {
        for (Catalogue.Table table : here.tables()) {
            if (table.named("lease")) {
                Sql.run(
                        c,
                        "UPDATE %s SET owner = '', node = '', expires_at = '-infinity', token = token + %d"
                                .formatted(table.name(), LEAP));
            } else if (table.named("consumer_node")) {
                Sql.run(c, "DELETE FROM " + table.name());
            }
        }
    }

    /** Consumers read every topic from its beginning; the marks drop what is in here already. */
    private void forgetKafka() throws SQLException {
        for (Catalogue.Table table : here.tables()) {
            if (table.named("position")) {
                Sql.run(c, "DELETE FROM " + table.name());
            } else if (table.named("mark")) {
                Sql.run(
                        c,
                        """
                        UPDATE %s SET kafka_offset = -1, stopped_frame = NULL, stopped_offset = NULL, stopped_at = NULL
                        """
                                .formatted(table.name()));
            }
        }
    }
}
