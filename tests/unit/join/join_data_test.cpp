#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "join/join_data.hpp"
#include "join/pin.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string pin = "sha256:" + std::string(64, '0');
const std::string token = "abcdef.0123456789abcdef";

std::string with_pin(const std::string& more = {}) {
    return "endpoint: https://192.0.2.10:6443/\nca_pins: [" + pin + "]\ntoken: " + token + "\n" +
           more;
}

JoinData parse(const std::string& text) {
    Diagnostics diagnostics;
    auto data = parse_join_data("join.yaml", text, diagnostics);
    diagnostics.throw_if_any();
    return data;
}

/// Returns everything that is said of a wrong file.
std::string complaint(const std::string& text) {
    try {
        static_cast<void>(parse(text));
    } catch (const ConfigurationError& error) {
        std::string all;
        for (const auto& each : error.diagnostics()) {
            all += each.text() + "\n";
        }
        return all;
    }
    return "nothing";
}

std::string authority() {
    CertificateSpec spec;
    spec.name = spec.common_name = "ca";
    const auto key = create_key(KeyAlgorithm::ecdsa_p256);
    return certificate_to_pem(create_authority(spec, key, validity_from(utc_now(), 1)));
}

TEST(JoinData, AreReadFromAFile) {
    const auto data = parse(with_pin("profile: worker\nrelease: 1.36.5\n"
                                     "settings: {cluster: {domain: example.local}}\n"));
    EXPECT_EQ(data.endpoint.name, "https://192.0.2.10:6443");
    EXPECT_EQ(data.token.text(), token);
    EXPECT_THAT(names_of(data.pins), ElementsAre(pin));
    EXPECT_EQ(data.profile->name, "worker");
    EXPECT_EQ(data.release->at.text(), "join.yaml:5:10");
    EXPECT_FALSE(data.is_complete());
    EXPECT_EQ(data.settings.find("cluster")->find("domain")->text(), "example.local");
}

TEST(JoinData, AreALayerOfConfigurationWithoutTheToken) {
    Diagnostics diagnostics;
    const auto data = parse(with_pin("profile: worker\nsettings: {cluster: {domain: d.local}}\n"));
    const auto layer = configuration_of(data, diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    EXPECT_EQ(layer.profile->name, "worker");
    EXPECT_EQ(layer.profile->at.layer(), "join data");
    const auto* cluster = layer.layer.settings.find("cluster");
    EXPECT_EQ(cluster->find("endpoint")->text(), "https://192.0.2.10:6443");
    EXPECT_EQ(cluster->find("endpoint")->at().text(), "join.yaml:1:11");
    EXPECT_EQ(cluster->find("domain")->text(), "d.local");
    EXPECT_THAT(data.at.source->text, Not(HasSubstr("0123456789abcdef")));
}

TEST(JoinData, AreTheSameAfterTheyWereWritten) {
    auto data = parse(with_pin("profile: worker\nsettings: {cluster: {pod_cidr: 10.0.0.0/8}}\n"));
    data.authority = authority();
    data.pins.clear();
    data.release = NamedAt{"1.36.5", {}};
    const auto again = parse(write_join_data(data));
    EXPECT_TRUE(again.is_complete());
    EXPECT_EQ(again.authority, data.authority);
    EXPECT_EQ(again.token, data.token);
    EXPECT_EQ(again.endpoint.name, data.endpoint.name);
    EXPECT_EQ(again.release->name, "1.36.5");
    EXPECT_EQ(again.profile->name, "worker");
    EXPECT_EQ(again.settings.find("cluster")->find("pod_cidr")->text(), "10.0.0.0/8");
}

TEST(JoinData, AreWhatTheJoinLinePassesOn) {
    const auto line = join_line(parse(with_pin("profile: worker\n")));
    const auto parts = split(line, '\'');
    ASSERT_EQ(parts.size(), 3U) << line;
    const auto data = parse(parts[1] + "\n");
    EXPECT_EQ(data.token.text(), token);
    EXPECT_THAT(names_of(data.pins), ElementsAre(pin));
    EXPECT_EQ(data.endpoint.name, "https://192.0.2.10:6443");
    EXPECT_EQ(data.profile->name, "worker");
}

TEST(JoinData, NamesThePlaceOfAMistake) {
    EXPECT_THAT(complaint(with_pin("tokn: x\n")),
                AllOf(HasSubstr("join.yaml:4:1"), HasSubstr("tokn")));
    EXPECT_THAT(complaint("endpoint: http://192.0.2.10\nca_pins: [" + pin + "]\ntoken: " + token),
                AllOf(HasSubstr("join.yaml:1:11"), HasSubstr("https://ADDRESS:PORT")));
    EXPECT_THAT(complaint("endpoint: https://a/b\nca_pins: [" + pin + "]\ntoken: " + token),
                HasSubstr("join.yaml:1:11"));
    EXPECT_THAT(complaint("endpoint: https://a:1\nca_pins: [sha256:12]\ntoken: " + token),
                AllOf(HasSubstr("join.yaml:2:11"), HasSubstr("not a pin")));
    EXPECT_THAT(complaint("endpoint: https://a:1\nca: nonsense\ntoken: " + token),
                AllOf(HasSubstr("join.yaml:2:5"), HasSubstr("CA certificate")));
    EXPECT_THAT(complaint("endpoint: https://a:1\nca_pins: [" + pin + "]\n"), HasSubstr("token"));
}

TEST(JoinData, TrustsNobodyOnFirstUse) {
    EXPECT_THAT(complaint("endpoint: https://a:1\ntoken: " + token + "\n"),
                AllOf(HasSubstr("'ca_pins'"), HasSubstr("somebody in the middle")));
}

TEST(JoinData, MayHaveAPinBesidesTheCaIfItIsItsOwn) {
    const auto ca = authority();
    JoinData data = parse(with_pin());
    data.authority = ca;
    EXPECT_THAT(complaint(write_join_data(data)), HasSubstr("of another cluster"));
    data.pins = {{pin_of(parse_certificates(ca, "ca").front()), {}}};
    EXPECT_EQ(complaint(write_join_data(data)), "nothing");
}

TEST(JoinData, NeverShowATokenInAMessage) {
    const std::string secret = "0123456789abcdef";
    for (const auto& text :
         {with_pin("profil: worker\n"), "{endpoint: x, token: " + token + ", profil: worker}",
          "endpoint: https://a:1\nca_pins: [" + pin + "]\ntoken: Xbcdef.0123456789abcdef\n",
          "endpoint: https://a:1\nca_pins: [" + pin + "]\ntoken: \"" + token + "x\"\n",
          "endpoint: https://a:1\ntoken: abcdef,#" + secret + "\n",
          "token: " + token + "\nendpoint: [\n", "profile: " + token + "\ntoken: " + token + "\n",
          "{\"token\":\"" + token + "\",\"endpoint\": 7, x: 1}", "tokn: " + token + "\n"}) {
        const auto said = complaint(text);
        EXPECT_NE(said, "nothing") << text;
        EXPECT_THAT(said, Not(HasSubstr(secret))) << text;
    }
}

} // namespace
} // namespace k8s_node
