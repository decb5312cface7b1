package io.weir.cloud.members;

/** Brings a code to a mobile. Waits: for virtual threads. */
interface SmsChannel {
    /**
     * @throws io.weir.model.problem.Rejected TOO_MANY_CODES when the operator of the channel says
     *     so, else SMS_UNAVAILABLE
     */
    void send(String mobile, String code);
}
