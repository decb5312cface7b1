package io.weir.e2e;

/**
 * What is done with a client that was generated from the served contract. It is compiled together
 * with that client when the test runs ({@code src/test/client}): before, there is none.
 */
public interface ClientStory {
    /** Tells it, and asserts what comes of each step. */
    void tell(World world) throws Exception;

    /** What a story has besides the API. */
    interface World {
        /** Where the API is. */
        String api();

        /** The vendor's number, of its members' logins. */
        String vid();

        /** Name of the vendor's login. */
        String user();

        /** Password of the vendor's login. */
        String password();

        /** The code that was sent to this mobile last. */
        String code(String mobile);

        /** TSL of a dispenser, as JSON text. */
        String thingModel();

        /** A dispenser that reports ml connects over MQTT with these. */
        Dispenser connect(String productKey, String deviceName, String deviceSecret);
    }

    /** A device made of the npm SDK; closing takes its power away. */
    interface Dispenser extends AutoCloseable {
        /** How much this dispense poured by the device's own count, in ml. */
        long poured(String dispense);

        @Override
        void close();
    }
}
