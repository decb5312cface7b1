package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;

/** Members in the OMS dialect (4.1 to 4.4, 4.7). */
class OmsUsersTest {
    private static MembersWorld w;

    @BeforeAll
    static void start() {
        w = new MembersWorld();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    private static Reply oms(String path, String token, Map<String, ?> body) {
        return w.api.post("/oms/user/" + path, token, body);
    }

    @Test
    @Tag("stores:omsAddUser")
    @Tag("stores:omsListUsers")
    @Tag("stores:omsGetUser")
    @Tag("refuses:omsAddUser")
    @Tag("refuses:omsGetUser")
    @Tag("refuses:omsListUsers")
    @Tag("shows:O-035")
    @Tag("shows:O-036")
    void anEnterpriseAddsMembersWhoLogInWithThePasswordOrItsMd5() {
        String mobile = "13412345678";
        Reply added = oms("add", w.vendor(), Map.of("username", mobile, "password", "1234567"));
        assertThat(added.status()).isEqualTo(201);
        String uid = added.data().path("uid").asText();
        assertThat(w.login(Map.of("user", mobile, "vid", w.vid, "pwd", "1234567")).status())
                .isEqualTo(201);
        assertThat(
                        w.login(Map.of("user", mobile, "vid", w.vid, "pwd", Argon2.md5("1234567")))
                                .status())
                .isEqualTo(201);
        Reply list = oms("list", w.vendor(), Map.of("username", "134"));
        assertThat(list.data().findValuesAsText("uid")).containsExactly(uid);
        assertThat(oms("list", w.vendor(), Map.of("username", "134", "page", 2)).data()).isEmpty();
        assertThat(oms("detail/" + uid, w.vendor(), Map.of()).data().path("mobile").asText())
                .isEqualTo(mobile);
        Reply taken = oms("add", w.vendor(), Map.of("username", mobile, "password", "1234567"));
        assertThat(taken.code()).isEqualTo("MOBILE_TAKEN");
        assertThat(taken.fields()).containsExactly("username");
        Map<String, Object> other =
                new HashMap<>(Map.of("username", "13412345679", "password", "1234567"));
        assertThat(oms("add", w.platform(), other).fields()).containsExactly("vid");
        other.put("vid", w.otherVid);
        assertThat(oms("add", w.vendor(), other).fields()).containsExactly("vid");
        assertThat(oms("add", w.platform(), other).status()).isEqualTo(201);
        String stranger = w.api.token(Role.VENDOR, "/OTHR/");
        assertThat(oms("detail/" + uid, stranger, Map.of()).code()).isEqualTo("NOT_FOUND");
        assertThat(oms("list", w.token(uid), Map.of()).code()).isEqualTo("FORBIDDEN");
    }

    @Test
    @Tag("stores:omsUpdateUser")
    @Tag("stores:omsRemoveUser")
    @Tag("refuses:omsUpdateUser")
    @Tag("refuses:omsRemoveUser")
    @Tag("shows:O-037")
    @Tag("shows:O-038")
    @Tag("shows:O-041")
    void passwordsAreSetAndMembersDeregistered() {
        String mobile = w.mobile();
        String uid = w.member(mobile);
        Map<String, String> body = Map.of("password", "another");
        assertThat(oms("update/" + uid, w.api.token(Role.VENDOR, "/OTHR/"), body).code())
                .isEqualTo("NOT_FOUND");
        assertThat(oms("update/" + uid, w.vendor(), body).status()).isEqualTo(201);
        assertThat(w.login(Map.of("user", mobile, "vid", w.vid, "pwd", "another")).status())
                .isEqualTo(201);
        assertThat(oms("remove/" + uid, w.vendor(), Map.of()).code()).isEqualTo("FORBIDDEN");
        assertThat(oms("remove/" + uid, w.platform(), Map.of()).status()).isEqualTo(201);
        assertThat(oms("detail/" + uid, w.vendor(), Map.of()).code()).isEqualTo("GONE");
    }
}
