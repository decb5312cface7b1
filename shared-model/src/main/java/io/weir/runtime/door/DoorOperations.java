package io.weir.runtime.door;

import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.api.alink.AlinkApi;
import io.weir.api.configuration.ConfigurationApi;
import io.weir.api.debug.DebugApi;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.dispense.SliceApi;
import io.weir.api.download.DownloadApi;
import io.weir.api.edge.EdgeApi;
import io.weir.api.files.FilesApi;
import io.weir.api.ingest.IngestApi;
import io.weir.api.ota.OtaApi;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What may pass the door. A question that isn't listed here is refused there, whatever the bus
 * would answer to it. Every request of a gateway has a field {@code gateway}: the door sets it from
 * the certificate.
 */
public final class DoorOperations {
    /** What the cloud may ask of a gateway. */
    public static final List<Op<?, ?>> DOWN =
            List.of(
                    EdgeApi.OPEN,
                    EdgeApi.STOP,
                    EdgeApi.RESOLVE,
                    EdgeApi.SET_PROPERTIES,
                    EdgeApi.INVOKE,
                    EdgeApi.REQUEST,
                    EdgeApi.PUBLISH,
                    EdgeApi.ASK,
                    EdgeApi.BROADCAST,
                    OtaApi.OFFER,
                    ConfigurationApi.OFFER,
                    DebugApi.READ,
                    DebugApi.END,
                    DebugApi.MEASURE);

    /** Hints that go down to every gateway. */
    public static final List<Signal<?>> DOWN_SIGNALS =
            List.of(EdgeApi.REGISTRY_CHANGED, SliceApi.CHANGED);

    private static final List<Op<?, ?>> UP =
            List.of(
                    DevicesApi.CHANGES,
                    DevicesApi.LOOKUP,
                    DevicesApi.EPOCHS,
                    SliceApi.PULL,
                    AlinkApi.TWIN,
                    AlinkApi.OTA,
                    AlinkApi.TOPOLOGY,
                    AlinkApi.FILES,
                    AlinkApi.CONFIGURATION,
                    DownloadApi.FIRMWARE,
                    DownloadApi.CONFIGURATION,
                    FilesApi.PIECE,
                    RegistrationApi.REGISTER,
                    RegistrationApi.BOOTSTRAP,
                    RegistrationApi.HELLO,
                    RegistrationApi.ACTIVATED);

    /** Put to a consumer by its name, which has the form that {@code FactSpec} demands. */
    private static final Pattern MARKS =
            Pattern.compile(
                    Pattern.quote(IngestApi.MARKS.address() + "@") + "[a-z][a-z0-9-]{0,30}");

    private DoorOperations() {}

    /** How long a gateway's question to this address may take; null when it may not be asked. */
    public static @Nullable Duration timeoutOf(String address) {
        for (Op<?, ?> op : UP) {
            if (op.address().equals(address)) {
                return op.timeout();
            }
        }
        return MARKS.matcher(address).matches() ? IngestApi.MARKS.timeout() : null;
    }
}
