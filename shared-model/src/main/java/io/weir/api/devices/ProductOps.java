package io.weir.api.devices;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * Device products over HTTP (OMS seed section 3). Lists take {@code page} and {@code page_size};
 * {@code limit} and {@code offset} win when they are given (O-008).
 */
public interface ProductOps {
    Op<AddProduct, Product> ADD = Op.of("devices.product.add.v1", AddProduct.class, Product.class);
    Op<UpdateProduct, Product> UPDATE =
            Op.of("devices.product.update.v1", UpdateProduct.class, Product.class);
    Op<GetProduct, Product> DETAIL =
            Op.of("devices.product.detail.v1", GetProduct.class, Product.class);

    /** Without the thing models. */
    /** PRODUCT_IN_USE while it has devices; GONE afterwards, its key is never given again. */
    Op<GetProduct, Done> REMOVE = Op.of("devices.product.remove.v1", GetProduct.class, Done.class);

    /** Every thing model that it had, the latest first. */
    Op<ListModels, Page<ModelVersion>> MODELS =
            Op.paged("devices.product.models.v1", ListModels.class, ModelVersion.class);

    Op<ListProducts, Page<Product>> LIST =
            Op.paged("devices.product.list.v1", ListProducts.class, Product.class);

    /**
     * @param thingModel TSL as JSON text or object (O-031)
     * @param controlled services and properties that only the dispense engine uses; null = of a
     *     dispenser {@code dispense}, {@code stop} and {@code valve}, else none
     * @param flowmeter how a dispenser tells what flowed; null when it is none
     * @param tenant path of the owner, null = the caller's own
     */
    record AddProduct(
            String name,
            String code,
            Object thingModel,
            String productKey,
            String productSecret,
            @Nullable List<String> controlled,
            @Nullable FlowMeter flowmeter,
            @Nullable Boolean requireTls,
            @Nullable String tenant) {}

    /** What is null stays as it is. */
    record UpdateProduct(
            long id,
            @Nullable String name,
            @Nullable String code,
            @Nullable Status status,
            @Nullable String productSecret,
            @Nullable Object thingModel,
            @Nullable List<String> controlled,
            @Nullable FlowMeter flowmeter,
            @Nullable Boolean requireTls,
            @Nullable Registration registration,
            @Nullable Boolean force) {}

    record GetProduct(long id) {}

    record ListModels(
            long id, int page, int pageSize, @Nullable Integer limit, @Nullable Integer offset) {}

    /**
     * @param thingModel TSL
     * @param actor uid of who made it
     */
    record ModelVersion(int version, Object thingModel, String actor, Instant tms) {}

    record ListProducts(
            @Nullable String name,
            @Nullable String code,
            @Nullable Status status,
            int page,
            int pageSize,
            @Nullable Integer limit,
            @Nullable Integer offset) {}

    /** As the seed writes it: {@code "status":"enable"}. */
    enum Status {
        @JsonProperty("enable")
        ENABLE,
        @JsonProperty("disable")
        DISABLE
    }

    /** May devices of the product fetch their secret by themselves (facts: alink.md section 2)? */
    enum Registration {
        @JsonProperty("off")
        OFF,
        /** Those that exist and never connected. */
        @JsonProperty("whitelist")
        WHITELIST,
        /** Also those that nobody made before: they are made then. */
        @JsonProperty("open")
        OPEN
    }

    /** The seed's {@code flowmeter} block. */
    record FlowMeter(MeasureMode measureMode, List<FlowConfig> config) {}

    /**
     * One outlet.
     *
     * @param value ml/s
     * @param mlPer1000Pulses flow-meter constant, needed for measure mode 2
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FlowConfig(
            Outlet key,
            @Nullable String name,
            long value,
            @JsonProperty("ml_per_1000_pulses") @Nullable Long mlPer1000Pulses) {

        public long pulseConstant() {
            return mlPer1000Pulses == null ? 0 : mlPer1000Pulses;
        }
    }

    /**
     * Never with its secret (O-033).
     *
     * @param thingModel canonical TSL as an object; null in lists
     * @param thingModelVersion counts the changes of the thing model
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Product(
            long id,
            String tenant,
            String name,
            String code,
            String productKey,
            Status status,
            @Nullable Object thingModel,
            int thingModelVersion,
            List<String> controlled,
            @Nullable FlowMeter flowmeter,
            boolean requireTls,
            Registration registration,
            Instant createTms,
            Instant updateTms) {}
}
