package io.weir.cloud.members;

/** Brings a code to a mobile. Waits: for virtual threads. */
interface SmsChannel {
    /**
     * @throws io.weir.model.problem.Rejected TOO_MANY_CODES when the operator of the channel says
     *     so, else SMS_UNAVAILABLE
     */
    void send(String mobile, String code);

    /**
     * For who answers before anything is sent.
     *
     * @throws io.weir.model.problem.Rejected SMS_UNAVAILABLE when nothing can ever be sent
     */
    default void demand() {}
}
