package io.weir.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.client.api.MembersApi;
import io.weir.client.model.LoginRequest;
import io.weir.client.model.MembersTokens;
import io.weir.client.model.RegisterUserRequest;
import io.weir.e2e.ClientStory.World;

/**
 * Somebody who is logged in.
 *
 * @param client sends their token with every request
 */
record Person(String uid, ApiClient client) {
    /** Who makes devices. */
    static Person vendor(World world) throws ApiException {
        return login(world, new LoginRequest().user(world.user()).pwd(world.password()));
    }

    /** Becomes a member of the vendor by a code, then logs in with a password. */
    static Person register(World world, String mobile, String name) throws ApiException {
        MembersApi members = new MembersApi(client(world));
        members.sendRegisterCode(world.vid(), mobile, null, null);
        String password = "secret of " + name;
        String uid =
                members.registerUser(
                                new RegisterUserRequest()
                                        .vid(world.vid())
                                        .mobile(mobile)
                                        .code(world.code(mobile))
                                        .name(name)
                                        .pwd(password))
                        .getData()
                        .getUid();
        LoginRequest login = new LoginRequest().user(mobile).pwd(password).vid(world.vid());
        Person member = login(world, login);
        assertThat(member.uid()).isEqualTo(uid);
        assertThat(new MembersApi(member.client()).getUser(uid).getData().getName())
                .isEqualTo(name);
        return member;
    }

    private static Person login(World world, LoginRequest login) throws ApiException {
        MembersTokens tokens = new MembersApi(client(world)).login(login).getData();
        ApiClient client = client(world);
        client.setRequestInterceptor(
                request -> request.header("Authorization", "Bearer " + tokens.getAccessToken()));
        return new Person(tokens.getUid(), client);
    }

    private static ApiClient client(World world) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(world.api());
        return client;
    }
}
