package io.weir.edge.alink;

import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.Product;
import io.weir.runtime.thing.ThingModelWriter;

/**
 * Gives the device its thing model, as TSL (facts: alink.md sections 6 and 11); no cloud needed.
 */
public final class ModelGetHandler implements AlinkHandler {
    private static final int NO_MODEL = 6321;

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        Product product = message.sender().device().product();
        CompiledModel model = product.model();
        if (!e.fine()) {
            message.answer(e.code(), AlinkReply.message(e.code()), "{}");
        } else if (model == null) {
            message.answer(NO_MODEL, "the device has no thing model", "{}");
        } else {
            String tsl = ThingModelWriter.tsl(model.source(), product.productKey());
            message.answer(AlinkReply.OK, "success", tsl);
        }
    }
}
