package io.weir.edge.quota;

import io.weir.api.dispense.SliceApi.Slices;
import io.weir.edge.registry.CacheKey;
import io.weir.model.time.Tick;
import io.weir.runtime.crypto.Signer;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * Joins the metering, which keeps the slices, and whoever pulls them; both come and go. What comes
 * while no metering runs is dropped: the cloud offers it again.
 */
public final class SliceGate {
    private final QuotaConfig config;
    private final String keyFile;
    private final Path data;
    private volatile @Nullable SliceInlet behind;
    private volatile Runnable lowWater = () -> {};

    /**
     * @param keyFile of the gateway's key, the registry's setting
     * @param data the data folder, where the key must not be
     */
    public SliceGate(QuotaConfig config, String keyFile, Path data) {
        this.config = config;
        this.keyFile = keyFile;
        this.data = data;
    }

    public QuotaConfig config() {
        return config;
    }

    /**
     * The key of this journal's closing statements. Derived from the gateway's key, which lies
     * outside the data folder: a copied disk can't sign. Reads a file: blocks.
     */
    public Signer statements(String journal) {
        byte[] secret = CacheKey.load(CacheKey.path(keyFile), data).getEncoded();
        return Signer.derived(secret, "closing statements of " + journal);
    }

    public void attach(@Nullable SliceInlet inlet) {
        behind = inlet;
    }

    void pulled(Slices answer, Tick at) {
        SliceInlet inlet = behind;
        if (inlet != null) {
            inlet.pulled(answer, at);
        }
    }

    void onLowWater(Runnable pull) {
        lowWater = pull;
    }

    /** A grant is nearly used up. May be called from any thread. */
    public void low() {
        lowWater.run();
    }
}
