package io.weir.edge.alink;

import io.vertx.core.Future;
import io.weir.api.Op;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.edge.link.CloudLink;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Puts a device's questions to the cloud. The message is acknowledged at once, its reply comes when
 * the cloud has answered. Bounded for each device (429 beyond) and in all; with the cloud out of
 * reach the device hears 503 and asks again by itself.
 */
public final class Questions implements AlinkHandler {
    private static final Answer UNANSWERED =
            Answer.refused(503, "the cloud gives no answer, try later");
    private static final int TOO_MANY = 429;

    /** By method: which context answers. */
    private static final Map<String, Op<Question, Answer>> CONTEXTS =
            Map.ofEntries(
                    Map.entry("thing.property.desired.get", AlinkApi.TWIN),
                    Map.entry("thing.property.desired.delete", AlinkApi.TWIN),
                    Map.entry("thing.deviceinfo.update", AlinkApi.TWIN),
                    Map.entry("thing.deviceinfo.delete", AlinkApi.TWIN),
                    Map.entry("thing.config.log.get", AlinkApi.TWIN),
                    Map.entry("thing.job.get", AlinkApi.OTA),
                    Map.entry("thing.job.update", AlinkApi.OTA),
                    Map.entry("thing.sub.register", AlinkApi.TOPOLOGY),
                    Map.entry("thing.sub.unregister", AlinkApi.TOPOLOGY),
                    Map.entry("thing.proxy.provisioning.product_register", AlinkApi.TOPOLOGY),
                    Map.entry("thing.topo.add", AlinkApi.TOPOLOGY),
                    Map.entry("thing.topo.delete", AlinkApi.TOPOLOGY),
                    Map.entry("thing.topo.get", AlinkApi.TOPOLOGY),
                    Map.entry("thing.list.found", AlinkApi.TOPOLOGY),
                    Map.entry("thing.file.upload.mqtt.init", AlinkApi.FILES),
                    Map.entry("thing.file.upload.mqtt.cancel", AlinkApi.FILES));

    private final CloudLink link;
    private final String gateway;
    private final Map<String, Integer> asking = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    private volatile @Nullable AlinkConfig limits;

    /**
     * @param gateway this gateway's name
     */
    public Questions(CloudLink link, String gateway) {
        this.link = link;
        this.gateway = gateway;
    }

    void start(AlinkConfig limits) {
        this.limits = limits;
    }

    int waiting() {
        return all.get();
    }

    static boolean answers(String method) {
        return CONTEXTS.containsKey(method);
    }

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        Op<Question, Answer> op = CONTEXTS.get(message.topic().method);
        if (op == null) {
            message.finish(Outcome.IGNORED);
        } else if (!e.fine()) {
            message.answer(e.code(), AlinkReply.message(e.code()), "{}");
        } else {
            ask(
                    message,
                    op,
                    e.params(),
                    answer -> message.reply(answer.code(), answer.message(), answer.dataJson()));
        }
    }

    /**
     * Finishes the message and puts it to a context.
     *
     * @param then hears the answer, whatever became of the question; on the sender's event loop
     */
    public void ask(
            AlinkMessage message,
            Op<Question, Answer> op,
            String paramsJson,
            Consumer<Answer> then) {
        String device = message.sender().device().deviceId();
        var question = new Question(gateway, device, message.topic().method, paramsJson);
        ask(message, () -> link.call(op, question), then);
    }

    /** The same for a question of any other form, which takes its share of the limits too. */
    public void ask(
            AlinkMessage message, Supplier<Future<Answer>> question, Consumer<Answer> then) {
        message.finish(Outcome.ACCEPTED);
        String device = message.sender().device().deviceId();
        AlinkConfig most = limits;
        if (most == null) {
            then.accept(UNANSWERED);
            return;
        }
        if (all.get() >= most.questions()) {
            then.accept(Answer.refused(TOO_MANY, "the gateway has too many questions"));
            return;
        }
        if (asking.merge(device, 1, Integer::sum) > most.questionsPerDevice()) {
            free(device);
            then.accept(Answer.refused(TOO_MANY, "too many requests wait for an answer"));
            return;
        }
        all.incrementAndGet();
        question.get()
                .onComplete(
                        done -> {
                            all.decrementAndGet();
                            free(device);
                            Answer answer = done.result();
                            then.accept(answer == null ? UNANSWERED : answer);
                        });
    }

    private void free(String device) {
        asking.computeIfPresent(device, (d, n) -> n == 1 ? null : n - 1);
    }
}
