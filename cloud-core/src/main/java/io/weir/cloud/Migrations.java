package io.weir.cloud;

import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;

/** Brings the database's tables to this version. The only place that speaks JDBC. */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    /**
     * @param uri postgresql://user:password@host:port/database of the tables' owner
     */
    public static void run(String uri) {
        URI parsed = URI.create(uri);
        String[] user = String.valueOf(parsed.getUserInfo()).split(":", 2);
        var result =
                Flyway.configure()
                        .dataSource(
                                "jdbc:postgresql://"
                                        + parsed.getHost()
                                        + ":"
                                        + (parsed.getPort() < 0 ? 5432 : parsed.getPort())
                                        + parsed.getPath(),
                                user[0],
                                user.length > 1 ? user[1] : "")
                        .locations("classpath:db/migration")
                        .connectRetries(10)
                        .connectRetriesInterval(2)
                        .load()
                        .migrate();
        LOG.info(
                "database at version {}, {} migrations run",
                result.targetSchemaVersion,
                result.migrationsExecuted);
    }
}
