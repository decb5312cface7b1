package io.weir.edge;

import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.DevicesApi.ProductGrant;

import java.util.List;

/** Products and devices for the gateway's tests. */
public final class TestProducts {
    public static final String PK = "pkDemo00001";
    public static final String DN = "dev-01";
    public static final String SECRET = "ds0123456789abcdef0123456789abcd";
    public static final String TENANT = "p.v1";
    public static final String DEVICE = "D-0001";
    public static final List<String> CONTROLLED = List.of("dispense", "stop", "valve");

    public static final String TSL =
            """
            {"properties":[
             {"identifier":"total_ml","name":"n","accessMode":"r","required":false,"dataType":{"type":"int","specs":{"min":"0","max":"2000000000"}}},
             {"identifier":"pulse_total","name":"n","accessMode":"r","required":false,"dataType":{"type":"int","specs":{"min":"0","max":"2000000000"}}},
             {"identifier":"work_s","name":"n","accessMode":"r","required":false,"dataType":{"type":"int","specs":{"min":"0","max":"2000000000"}}},
             {"identifier":"uptime_s","name":"n","accessMode":"r","required":false,"dataType":{"type":"int","specs":{"min":"0","max":"2000000000"}}},
             {"identifier":"boot_id","name":"n","accessMode":"r","required":false,"dataType":{"type":"text","specs":{"length":"64"}}},
             {"identifier":"temperature","name":"n","accessMode":"r","required":false,"dataType":{"type":"double","specs":{"min":"-20","max":"120","step":"0.1"}}},
             {"identifier":"setpoint","name":"n","accessMode":"rw","required":false,"dataType":{"type":"int","specs":{"min":"20","max":"95"}}},
             {"identifier":"valve","name":"n","accessMode":"rw","required":false,"dataType":{"type":"enum","specs":{"0":"closed","1":"open"}}},
             {"identifier":"lamp","name":"n","accessMode":"rw","required":false,"dataType":{"type":"bool","specs":{"0":"off","1":"on"}}},
             {"identifier":"note","name":"n","accessMode":"r","required":false,"dataType":{"type":"text","specs":{"length":"16"}}},
             {"identifier":"since","name":"n","accessMode":"r","required":false,"dataType":{"type":"date","specs":{}}},
             {"identifier":"levels","name":"n","accessMode":"r","required":false,"dataType":{"type":"array","specs":{"size":"3","item":{"type":"int"}}}},
             {"identifier":"place","name":"n","accessMode":"r","required":false,"dataType":{"type":"struct","specs":[
               {"identifier":"x","name":"n","dataType":{"type":"int","specs":{"min":"0","max":"9"}}},
               {"identifier":"label","name":"n","dataType":{"type":"text","specs":{"length":"8"}}}]}}],
            "events":[
             {"identifier":"dispense_end","name":"n","type":"info","required":false,"outputData":[
               {"identifier":"dispense_id","name":"n","dataType":{"type":"text","specs":{"length":"32"}}},
               {"identifier":"total_ml","name":"n","dataType":{"type":"int","specs":{"min":"0","max":"2000000000"}}},
               {"identifier":"reason","name":"n","dataType":{"type":"text","specs":{"length":"32"}}}]},
             {"identifier":"fault","name":"n","type":"error","required":false,"outputData":[
               {"identifier":"code","name":"n","dataType":{"type":"text","specs":{"length":"32"}}}]}],
            "services":[
             {"identifier":"dispense","name":"n","callType":"async","required":false,"inputData":[
               {"identifier":"dispense_id","name":"n","dataType":{"type":"text","specs":{"length":"32"}}},
               {"identifier":"outlet","name":"n","dataType":{"type":"text","specs":{"length":"16"}}},
               {"identifier":"volume_ml","name":"n","dataType":{"type":"int","specs":{"min":"1","max":"100000"}}},
               {"identifier":"seconds_max","name":"n","dataType":{"type":"int","specs":{"min":"1","max":"3600"}}}],
              "outputData":[{"identifier":"total_ml","name":"n","dataType":{"type":"int","specs":{"min":"0","max":"2000000000"}}}]},
             {"identifier":"stop","name":"n","callType":"async","required":false,"inputData":[
               {"identifier":"dispense_id","name":"n","dataType":{"type":"text","specs":{"length":"32"}}}],"outputData":[]},
             {"identifier":"rinse","name":"n","callType":"async","required":false,"inputData":[
               {"identifier":"seconds","name":"n","dataType":{"type":"int","specs":{"min":"1","max":"60"}}}],"outputData":[]},
             {"identifier":"selftest","name":"n","callType":"sync","required":false,"inputData":[],"outputData":[]}]}
            """;

    private TestProducts() {}

    public static DeviceGrant device(String id, String name) {
        return new DeviceGrant(id, PK, name, TENANT, SECRET, true, null, null, null);
    }

    public static DeviceGrant unusable(String id, String name, String refusal) {
        return new DeviceGrant(id, PK, name, TENANT, SECRET, false, refusal, null, null);
    }

    /** A sub-device of a gateway device. */
    public static DeviceGrant sub(String id, String name, String parent) {
        return new DeviceGrant(id, PK, name, TENANT, SECRET, true, null, null, parent);
    }

    public static ProductGrant product() {
        return new ProductGrant(PK, TSL, CONTROLLED, true, false);
    }

    public static Changes changes(long version, DeviceGrant... devices) {
        return new Changes(version, false, List.of(devices), List.of(product()));
    }
}
