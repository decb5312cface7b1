package io.weir.simulator;

/** The way from one device to the platform. Never blocks; everything on the fleet's thread. */
interface Line {
    /** What a line tells its device. */
    interface Owner {
        void online(long at);

        /**
         * @param refused the platform said no to the credentials
         */
        void apart(boolean refused, long at);

        /** The platform has taken the message of this number for good. */
        void acked(int number, long at);

        void message(String topic, byte[] payload, long at);
    }

    void open(Owner owner);

    /**
     * @param number 1 to 65535, the message's until it is acknowledged
     * @param again it was sent before on another connection
     */
    void publish(int number, String topic, byte[] payload, boolean again);

    /** Does it read what comes? */
    void listen(boolean listening);

    /** Without a word, as a device whose power is cut; {@link Owner#apart} is not called. */
    void cut();

    /** With a word. */
    void close();
}
