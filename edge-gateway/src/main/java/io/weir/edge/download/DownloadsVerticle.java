package io.weir.edge.download;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.weir.edge.link.CloudLink;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import java.nio.file.Path;
import java.util.List;

/** Opens the cache of what devices download. Until then they hear 503. */
public final class DownloadsVerticle extends VerticleBase {
    /** Two, so that one long look at a digest does not keep the others' blocks waiting. */
    private static final int THREADS = 2;

    private final DownloadsConfig config;
    private final DownloadDesk desk;
    private final Runnable offers;
    private final Path folder;
    private final long reserve;
    private final CloudLink link;
    private final String gateway;
    private final Time time;
    private final Metrics metrics;

    /**
     * @param offers serves what offers downloads to devices, once they can be had
     * @param folder of the cache; made when it is missing
     * @param reserve bytes that stay free on its disk whatever is downloaded
     */
    public DownloadsVerticle(
            DownloadsConfig config,
            DownloadDesk desk,
            Runnable offers,
            Path folder,
            long reserve,
            CloudLink link,
            String gateway,
            Time time,
            Metrics metrics) {
        this.config = config;
        this.desk = desk;
        this.offers = offers;
        this.folder = folder;
        this.reserve = reserve;
        this.link = link;
        this.gateway = gateway;
        this.time = time;
        this.metrics = metrics;
    }

    private record Folder(ContentFiles files, List<ContentFiles.Found> found) {}

    @Override
    public Future<?> start() {
        WorkerExecutor disk = vertx.createSharedWorkerExecutor("weir-downloads", THREADS);
        return disk.executeBlocking(
                        () -> {
                            var files = new ContentFiles(folder, reserve);
                            return new Folder(files, files.list());
                        })
                .onSuccess(
                        there -> {
                            desk.open(
                                    new PackageStore(
                                            vertx,
                                            context,
                                            new DiskWork(disk),
                                            there.files(),
                                            there.found(),
                                            link,
                                            gateway,
                                            config,
                                            time,
                                            metrics),
                                    config);
                            offers.run();
                        });
    }
}
