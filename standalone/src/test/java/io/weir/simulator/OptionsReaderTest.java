package io.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** What a person writes, and what he is told when it is wrong. */
class OptionsReaderTest {
    @Test
    void theCommandLineIsStrongerThanProperties() throws OptionsReader.Wrong {
        var properties = new Properties();
        properties.setProperty("weir.simulate.devices", "5");
        properties.setProperty("weir.simulate.seed", "9");
        properties.setProperty("weir.simulate.ramp", ""); // as an unset one of Maven comes
        Options options = read(properties, "--devices", "7", "--faults", "all,reboot=0");
        assertThat(options.devices()).isEqualTo(7);
        assertThat(options.seed()).isEqualTo(9);
        assertThat(options.ramp()).isEqualTo(200);
        assertThat(options.faults().of(FaultKind.REBOOT)).isZero();
        assertThat(options.faults().of(FaultKind.FLAP)).isPositive();
        assertThat(options.keep()).isEqualTo(Path.of(".weir/simulator.csv"));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        new Properties(),
                                        "--devises",
                                        "5",
                                        "--ramp",
                                        "0",
                                        "--faults",
                                        "skew=2",
                                        "--model",
                                        "kettle",
                                        "--user",
                                        "me"))
                .isInstanceOf(OptionsReader.Wrong.class)
                .hasMessageContaining("devises")
                .hasMessageContaining("--ramp must be a whole number from 1 to 2000")
                .hasMessageContaining("skew must be from 0 to 1")
                .hasMessageContaining("'kettle' is no model")
                .hasMessageContaining("WEIR_SIMULATE_PASSWORD");
    }

    @Test
    void aFileOfCredentialsComesBackAsItWas(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("devices.csv");
        var device = new Credential("id", "pk", "dn", "secret", "dispenser-2", 10_003);
        CredentialFile.write(file, List.of(device));
        assertThat(CredentialFile.read(file)).containsExactly(device);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        Files.writeString(file, "device_id,product_key,device_name,device_secret\na,b,c\n");
        assertThatThrownBy(() -> CredentialFile.read(file)).hasMessageContaining("line 2");
        Files.writeString(file, "\"product_key\",\"device_name\",\"device_secret\"\nb,c,d\n");
        assertThat(CredentialFile.read(file))
                .containsExactly(new Credential("", "b", "c", "d", "", 0));
    }

    @Test
    void helpNamesEveryOptionAndEveryFault() throws Exception {
        String help;
        try (InputStream in =
                Objects.requireNonNull(Main.class.getResourceAsStream("/simulator/help.txt"))) {
            help = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String document = Files.readString(root().resolve("docs/simulator.md"));
        String poms =
                Files.readString(root().resolve("pom.xml"))
                        + Files.readString(root().resolve("standalone/pom.xml"));
        for (String option : OptionsReader.names()) {
            assertThat(help).contains("--" + option);
            assertThat(document).contains("`" + option + "`");
            assertThat(poms)
                    .contains("<weir.simulate." + option + "/>")
                    .contains("-Dweir.simulate." + option + "=");
        }
        for (FaultKind kind : FaultKind.values()) {
            assertThat(help).contains(kind.word());
            assertThat(document).contains("`" + kind.word() + "`");
        }
    }

    private static Path root() {
        return Path.of(System.getProperty("weir.root", "."));
    }

    private static Options read(Properties properties, String... arguments)
            throws OptionsReader.Wrong {
        return OptionsReader.read(properties, List.of(arguments), null);
    }
}
