package io.weir.api.system;

import io.weir.api.Op;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What runs where with which settings (OMS 7.1, 7.2). */
public interface SystemOps {
    Op<Ask, Settings> SETTINGS = Op.of("system.settings.v1", Ask.class, Settings.class);

    Op<Ask, List<Service>> SERVICES = Op.listed("system.services.v1", Ask.class, Service.class);

    record Ask() {}

    /**
     * In force in the node that answers: verticles.json and what the environment overrides.
     *
     * @param settings by verticle; secrets are struck out
     */
    record Settings(String node, String role, Map<String, Map<String, Object>> settings) {}

    /**
     * @param state UP, DOWN by its own word, LOST when nothing was heard of its node
     * @param why it is down
     */
    record Service(
            String node, String role, String service, String state, String why, Instant seenTms) {}
}
