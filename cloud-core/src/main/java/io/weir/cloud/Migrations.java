package io.weir.cloud;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;

/** Brings the database's tables to this version. The only place that speaks JDBC. */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    /**
     * @param uri postgresql://user:password@host:port/database of the tables' owner
     * @param demo whether a database that is born now may have demo data and the lab pay channel
     * @return whether this database was born with demo; the first start decides for ever
     */
    public static boolean run(String uri, boolean demo) {
        Flyway flyway = flyway(uri).connectRetries(10).connectRetriesInterval(2).load();
        var result = flyway.migrate();
        boolean born = beBorn(flyway, demo);
        LOG.info(
                "database migrated, {} migrations run, demo {}",
                result.migrationsExecuted,
                born ? "allowed" : "refused");
        return born;
    }

    /** The migrations of this release for that database, not yet run. */
    public static FluentConfiguration flyway(String uri) {
        URI parsed = URI.create(uri);
        String[] user = String.valueOf(parsed.getUserInfo()).split(":", 2);
        int port = parsed.getPort() < 0 ? 5432 : parsed.getPort();
        // The history's schema is named: with a user called weir, "$user" would be our own schema
        // weir from the second start on.
        return Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://" + parsed.getHost() + ":" + port + parsed.getPath(),
                        user[0],
                        user.length > 1 ? user[1] : "")
                .defaultSchema("public")
                // each context numbers in a range of its own, so a new one may be lower than
                // another's
                .outOfOrder(true)
                .locations("classpath:db/migration");
    }

    /** As the tables' owner. */
    public static Connection connect(String uri) throws SQLException {
        return flyway(uri).getDataSource().getConnection();
    }

    private static boolean beBorn(Flyway flyway, boolean demo) {
        try (var connection = flyway.getConfiguration().getDataSource().getConnection();
                var statement = connection.prepareStatement("SELECT weir.be_born(?)")) {
            statement.setBoolean(1, demo);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database can't be born", e);
        }
    }
}
