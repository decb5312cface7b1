package io.weir.cloud.rights;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The modules of section 2.2 of the cloud API seed: what a vendor can be granted and what
 * rights of staff are made of. A context belongs to one; a test holds the list complete.
 */
public final class Modules {
    /** Of no context that people call by role; nobody can be without. */
    public static final String BASE = "base";

    /** Settings and staff: the owner's and administrators' own. */
    public static final String ADMINISTRATION = "administration";

    public static final String SIGNING = "signing";
    public static final String MEMBER = "member";
    public static final String DEVICE = "device";
    public static final String ORDER = "order";
    public static final String TICKET = "ticket";
    public static final String COMMISSION = "commission";
    public static final String AGENT = "agent";
    public static final String PROMOTION = "promotion";

    private static final Map<String, String> OF_CONTEXT =
            Map.ofEntries(
                    Map.entry("members", MEMBER),
                    Map.entry("vendors", ADMINISTRATION),
                    Map.entry("staff", ADMINISTRATION),
                    Map.entry("agents", AGENT),
                    Map.entry("signing", SIGNING),
                    Map.entry("audit", BASE),
                    Map.entry("ledger", COMMISSION),
                    Map.entry("dispense", ORDER),
                    Map.entry("ingest", DEVICE),
                    Map.entry("door", DEVICE),
                    Map.entry("subscription", DEVICE),
                    Map.entry("files", DEVICE),
                    Map.entry("ota", DEVICE),
                    Map.entry("jobs", DEVICE),
                    Map.entry("configuration", DEVICE),
                    Map.entry("debug", DEVICE),
                    Map.entry("twin", DEVICE),
                    Map.entry("sharing", DEVICE),
                    Map.entry("devices", DEVICE),
                    Map.entry("topology", DEVICE),
                    Map.entry("messages", DEVICE),
                    Map.entry("oms", DEVICE),
                    Map.entry("system", ADMINISTRATION),
                    Map.entry("apps", ADMINISTRATION));

    /** What can be granted or left out; the others everybody has. */
    public static final Set<String> GRANTED = granted();

    private Modules() {}

    /** Of a contract file; {@value #BASE} for one that is not known. */
    public static String of(String context) {
        return OF_CONTEXT.getOrDefault(context, BASE);
    }

    public static boolean knows(String context) {
        return OF_CONTEXT.containsKey(context);
    }

    private static Set<String> granted() {
        Set<String> all = new TreeSet<>(OF_CONTEXT.values());
        all.add(TICKET);
        all.add(PROMOTION);
        all.remove(BASE);
        all.remove(SIGNING);
        all.remove(ADMINISTRATION);
        return Set.copyOf(all);
    }
}
