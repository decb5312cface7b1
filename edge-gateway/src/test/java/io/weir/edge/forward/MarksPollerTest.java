package io.weir.edge.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestApi.GetMarks;
import io.weir.api.ingest.IngestApi.Mark;
import io.weir.api.ingest.IngestApi.Marks;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.JournalLab;
import io.weir.edge.link.CloudLink;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.AsyncHandler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

class MarksPollerTest {
    private static final String BIG = "x".repeat(900);

    private final JournalLab lab = new JournalLab();
    private final Map<String, Marks> answers = new HashMap<>();
    private final List<Object> asked = new ArrayList<>();
    private FileDisk disk;
    private DiskJournal journal;
    private MarksPoller poller;

    @TempDir Path folder;

    @BeforeEach
    void open() throws IOException {
        disk = new FileDisk(folder);
        journal = lab.open(disk, JournalLab.SMALL);
        poller = new MarksPoller(new Cloud(), journal, "gw", ForwarderTest.CONFIG);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        disk.close();
    }

    @Test
    void aSegmentGoesWhenTheSlowestConsumerHasIt() throws IOException {
        for (int i = 0; i < 20; i++) {
            lab.put(journal, Lane.MONEY, "d1", BIG);
        }
        journal.checkpoint(new byte[0], kept -> {});
        JournalLab.turn(journal);
        long all = files();
        int p = JournalLab.frames(journal, Lane.MONEY).getFirst().partition();

        answers.put("ingest", new Marks(List.of(new Mark(Lane.MONEY, p, 20))));
        poll();
        assertThat(files()).as("dispense never answered").isEqualTo(all);

        answers.put("dispense", new Marks(List.of(new Mark(Lane.MONEY, p, 6))));
        poll();
        assertThat(files()).isEqualTo(all - 1);

        answers.remove("ingest");
        answers.put("dispense", new Marks(List.of(new Mark(Lane.MONEY, p, 20))));
        poll();
        assertThat(files()).as("the last answer of the silent one counts").isEqualTo(1);
        assertThat(asked).contains(new GetMarks("gw", journal.id()));
    }

    @Test
    void theStreamTimeGoesIntoEveryMoneyPartition() throws IOException {
        new AliveTicker(journal, lab.time).tick();
        JournalLab.turn(journal);
        List<Frame> frames = JournalLab.frames(journal, Lane.MONEY);
        assertThat(frames).extracting(Frame::partition).containsExactly(0, 1);
        assertThat(frames)
                .flatExtracting(Frame::entries)
                .extracting(Entry::kind)
                .containsOnly(FactKind.GATEWAY_ALIVE);
    }

    private void poll() {
        poller.poll();
        JournalLab.turn(journal);
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().startsWith("money")).count();
        }
    }

    /** Answers what the test says, of those who answer at all. */
    private final class Cloud implements CloudLink {
        @Override
        @SuppressWarnings("unchecked")
        public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
            asked.add(request);
            for (Map.Entry<String, Marks> answer : answers.entrySet()) {
                if (op.address().equals(IngestApi.MARKS.at(answer.getKey()).address())) {
                    return Future.succeededFuture((R) answer.getValue());
                }
            }
            return Future.failedFuture("nobody answers");
        }

        @Override
        public <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler) {}

        @Override
        public <T> void subscribe(Signal<T> signal, Consumer<T> listener) {}

        @Override
        public boolean up() {
            return true;
        }

        @Override
        public void onChange(Consumer<Boolean> listener) {}
    }
}
