package io.weir.cloud.rights;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The back office's menus: in both languages, with the module that each shows. */
public enum Menu {
    SIGNING("签约入驻", "Signing", Modules.SIGNING),
    MEMBERS("会员管理", "Members", Modules.MEMBER),
    PRODUCTS("产品管理", "Products", Modules.DEVICE),
    DEVICES("设备列表", "Devices", Modules.DEVICE),
    DIAGNOSIS("诊断升级", "Diagnosis and upgrades", Modules.DEVICE),
    MESSAGES("消息推送", "Messages", Modules.DEVICE),
    ORDERS("订单管理", "Orders", Modules.ORDER),
    STATISTICS("数据服务", "Statistics", Modules.ORDER),
    COMMISSION("佣金管理", "Commission", Modules.COMMISSION),
    AFTER_SALES("售后管理", "After-sales", Modules.TICKET),
    SERVICE("客户服务", "Customer service", Modules.TICKET),
    MARKETING("营销管理", "Marketing", Modules.PROMOTION),
    AGENTS("代理商管理", "Agents", Modules.AGENT),
    STAFF("账号授权", "Staff", Modules.ADMINISTRATION),
    SETTINGS("企业设置", "Settings", Modules.ADMINISTRATION);

    public final String zh;
    public final String en;
    public final String module;

    Menu(String zh, String en, String module) {
        this.zh = zh;
        this.en = en;
        this.module = module;
    }

    /** What a built-in role sees (P-012 to P-017). */
    public static Set<Menu> of(BuiltInRole role) {
        return switch (role) {
            case ADMIN -> EnumSet.allOf(Menu.class);
            case BUSINESS -> EnumSet.of(SIGNING);
            case TECH_SUPPORT -> EnumSet.of(PRODUCTS, DIAGNOSIS, DEVICES, MESSAGES);
            case OPERATIONS -> EnumSet.of(DEVICES, MARKETING, STATISTICS, MESSAGES);
            case AFTER_SALES -> EnumSet.of(AFTER_SALES);
            case CUSTOMER_SERVICE -> EnumSet.of(SERVICE, MEMBERS, DEVICES);
        };
    }

    /** By their names, those that exist. */
    public static List<Menu> named(Set<String> names) {
        return Arrays.stream(values()).filter(menu -> names.contains(menu.name())).toList();
    }
}
