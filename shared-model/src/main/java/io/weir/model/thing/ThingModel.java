package io.weir.model.thing;

import java.util.List;
import java.util.Optional;

/**
 * What a product's devices can tell and do. The built-in members (event {@code post}, services
 * {@code set} and {@code get}) go without saying and are not listed.
 */
public record ThingModel(List<Property> properties, List<Event> events, List<Service> services) {
    public Optional<Property> property(String identifier) {
        return properties.stream().filter(p -> p.identifier().equals(identifier)).findFirst();
    }

    public Optional<Event> event(String identifier) {
        return events.stream().filter(e -> e.identifier().equals(identifier)).findFirst();
    }

    public Optional<Service> service(String identifier) {
        return services.stream().filter(s -> s.identifier().equals(identifier)).findFirst();
    }
}
