package io.weir.cloud.rights;

import java.util.Set;

/**
 * The six roles that an owner may grant (open platform's guide, P-012 to P-017), as modules and as
 * reading or writing; the menus stand beside them in {@link Menu}.
 */
public enum BuiltInRole {
    /** 管理员: the same rights as the owner. */
    ADMIN,
    /** 商务专员: signing. */
    BUSINESS,
    /** 技术支持: products, devices, diagnosis, upgrades, messages. */
    TECH_SUPPORT,
    /** 运营专员: statistics, the device list, marketing, messages. */
    OPERATIONS,
    /** 售后服务: after-sales. */
    AFTER_SALES,
    /** 客户服务: reads, answers. */
    CUSTOMER_SERVICE;

    private static final Set<String> LOOKED_AT =
            Set.of(Modules.DEVICE, Modules.ORDER, Modules.MEMBER, Modules.TICKET);

    /**
     * @param module which the operation belongs to
     * @param reads whether it only reads
     */
    public boolean allows(String module, boolean reads) {
        return switch (this) {
            case ADMIN -> true;
            case BUSINESS -> module.equals(Modules.SIGNING);
            case TECH_SUPPORT -> module.equals(Modules.DEVICE);
            case OPERATIONS ->
                    reads && LOOKED_AT.contains(module) || module.equals(Modules.PROMOTION);
            case AFTER_SALES ->
                    module.equals(Modules.TICKET) || reads && module.equals(Modules.DEVICE);
            case CUSTOMER_SERVICE -> reads && LOOKED_AT.contains(module);
        };
    }
}
