package io.weir.runtime.thing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.model.thing.DataType;
import io.weir.model.thing.Event;
import io.weir.model.thing.Param;
import io.weir.model.thing.Property;
import io.weir.model.thing.Service;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.json.Json;

import java.util.List;

/**
 * Writes a thing model as compact TSL, always in the same form: whatever was sent, what is stored
 * and what devices get is this. Reading it gives the same model again.
 */
public final class ThingModelWriter {
    private ThingModelWriter() {}

    public static String tsl(ThingModel model, String productKey) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.putObject("profile").put("productKey", productKey);
        ArrayNode properties = root.putArray("properties");
        model.properties().forEach(p -> property(properties.addObject(), p));
        ArrayNode events = root.putArray("events");
        model.events().forEach(e -> event(events.addObject(), e));
        ArrayNode services = root.putArray("services");
        model.services().forEach(s -> service(services.addObject(), s));
        return root.toString();
    }

    private static void property(ObjectNode node, Property p) {
        node.put("identifier", p.identifier()).put("name", p.name());
        node.put("accessMode", p.writable() ? "rw" : "r").put("required", p.required());
        type(node.putObject("dataType"), p.type());
    }

    private static void event(ObjectNode node, Event e) {
        node.put("identifier", e.identifier()).put("name", e.name());
        node.put("type", ThingModelReader.word(e.level())).put("required", e.required());
        params(node.putArray("outputData"), e.outputs());
        node.put("method", "thing.event." + e.identifier() + ".post");
    }

    private static void service(ObjectNode node, Service s) {
        node.put("identifier", s.identifier()).put("name", s.name());
        node.put("required", s.required()).put("callType", s.synchronous() ? "sync" : "async");
        params(node.putArray("inputData"), s.inputs());
        params(node.putArray("outputData"), s.outputs());
        node.put("method", "thing.service." + s.identifier());
    }

    private static void params(ArrayNode list, List<Param> params) {
        for (Param p : params) {
            ObjectNode node = list.addObject();
            node.put("identifier", p.identifier()).put("name", p.name());
            type(node.putObject("dataType"), p.type());
        }
    }

    private static void type(ObjectNode node, DataType type) {
        node.put("type", type.word());
        switch (type) {
            case DataType.Int t -> {
                ObjectNode specs = node.putObject("specs");
                specs.put("min", Integer.toString(t.min())).put("max", Integer.toString(t.max()));
                specs.put("step", Integer.toString(t.step())).put("unit", t.unit());
            }
            case DataType.Decimal t -> {
                ObjectNode specs = node.putObject("specs");
                specs.put("min", t.min().toString()).put("max", t.max().toString());
                specs.put("step", t.step().toString()).put("unit", t.unit());
            }
            case DataType.Bool t -> node.putObject("specs").put("0", t.off()).put("1", t.on());
            case DataType.Enumeration t -> {
                ObjectNode specs = node.putObject("specs");
                t.labels().forEach((key, label) -> specs.put(Integer.toString(key), label));
            }
            case DataType.Text t ->
                    node.putObject("specs").put("length", Integer.toString(t.maxBytes()));
            case DataType.Date t -> node.putObject("specs");
            case DataType.Array t -> {
                ObjectNode specs = node.putObject("specs");
                specs.put("size", Integer.toString(t.maxItems()));
                type(specs.putObject("item"), t.item());
            }
            case DataType.Struct t -> params(node.putArray("specs"), t.members());
        }
    }
}
