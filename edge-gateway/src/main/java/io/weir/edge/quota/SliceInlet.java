package io.weir.edge.quota;

import io.weir.api.dispense.SliceApi.Slices;
import io.weir.model.time.Tick;

/** Who keeps the slices that were pulled. Called on any thread; must return at once. */
public interface SliceInlet {
    /**
     * @param at when the answer came
     */
    void pulled(Slices answer, Tick at);
}
