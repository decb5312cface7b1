package io.weir.edge.script;

import io.vertx.core.Promise;
import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.runtime.script.ScriptContext;
import io.weir.runtime.script.ScriptFault;

/**
 * One run of a product's script, and who waits for its result.
 *
 * @param size of what is handed to the script, in bytes or characters
 */
record Task<T>(
        String productKey, ProductScript script, int size, Work<T> work, Promise<T> promise) {
    /** What is asked of the script. */
    interface Work<T> {
        T run(ScriptContext context) throws ScriptFault;
    }

    void run(ScriptContext context) throws ScriptFault {
        promise.tryComplete(work.run(context));
    }

    void fail(ScriptFault fault) {
        promise.tryFail(fault);
    }
}
