package io.weir.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.DbConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server, and a client, that vanish without a word (ADR 012). */
class VanishedPostgresTest {
    /** A statement may take 1 s, hence an answer 6 s. */
    private static final DbConfig HURRIED = new DbConfig(2, 2, 10, 10_000, 1_000);

    private final Vertx vertx = Vertx.vertx();
    private volatile boolean cut;
    private Pool pool;

    @BeforeEach
    void connect() {
        URI real = URI.create(TestPostgres.fresh());
        var net = vertx.createNetClient();
        int port =
                vertx.createNetServer()
                        .connectHandler(
                                near -> {
                                    near.pause();
                                    net.connect(real.getPort(), real.getHost())
                                            .onSuccess(
                                                    far -> {
                                                        pass(near, far);
                                                        pass(far, near);
                                                        near.resume();
                                                    });
                                })
                        .listen(0, "127.0.0.1")
                        .await()
                        .actualPort();
        String uri = real.toString().replace(":" + real.getPort(), ":" + port);
        pool = Db.connect(vertx, uri, HURRIED).system();
    }

    private void pass(NetSocket from, NetSocket to) {
        from.handler(
                bytes -> {
                    if (!cut) {
                        to.write(bytes);
                    }
                });
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void aServerThatSaysNothingAnyMoreIsGivenUpAndALaterQuestionIsAnswered() throws Exception {
        assertThat(one("SELECT 'here'")).isEqualTo("here");
        cut = true;
        long from = System.nanoTime();
        assertThatThrownBy(() -> one("SELECT 'lost'")).isNotInstanceOf(TimeoutException.class);
        assertThat(System.nanoTime() - from).isLessThan(TimeUnit.SECONDS.toNanos(20));
        cut = false;
        assertThat(one("SELECT 'back'")).isEqualTo("back");
    }

    @Test
    void theServerEndsTheSessionOfAClientThatHasVanished() throws Exception {
        assertThat(one("SHOW tcp_keepalives_idle")).isEqualTo("5");
        assertThat(one("SHOW tcp_user_timeout")).isEqualTo("11000");
        assertThat(one("SHOW idle_in_transaction_session_timeout")).isEqualTo("20s");
    }

    private String one(String sql) throws Exception {
        for (Row row : pool.query(sql).execute().await(30, TimeUnit.SECONDS)) {
            return row.getString(0);
        }
        throw new IllegalStateException("no row");
    }
}
