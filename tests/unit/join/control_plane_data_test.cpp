#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "join/certificate_key.hpp"
#include "join/join_data.hpp"
#include "kubeconfig/base64.hpp"
#include "some_keys.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string token = "abcdef.0123456789abcdef";
const std::string certificate_key =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde7";

JoinData parse(const std::string& text) {
    Diagnostics diagnostics;
    auto data = parse_join_data("join.yaml", text, diagnostics);
    diagnostics.throw_if_any();
    return data;
}

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

JoinData with_keys(const ClusterKeys& keys = some_keys()) {
    JoinData data;
    data.endpoint.name = "https://192.0.2.10:6443";
    data.authority = keys.at("ca.crt");
    data.token = *parse_token(token);
    data.settings = Tree::map({});
    data.keys = keys;
    return data;
}

TEST(ControlPlaneData, AreTheSameAfterTheyWereWritten) {
    auto data = with_keys();
    data.begins = NamedAt{"m1", {}};
    data.begins_until = parse_utc("2027-03-01T12:00:00Z");
    data.control_planes = {{"https://192.0.2.11:6443", {}}, {"https://192.0.2.12:6443", {}}};
    data.certificate_key = certificate_key;
    const auto again = parse(write_join_data(data));
    EXPECT_EQ(again.keys, data.keys);
    EXPECT_EQ(again.begins->name, "m1");
    EXPECT_EQ(again.begins_until, data.begins_until);
    EXPECT_EQ(again.certificate_key, certificate_key);
    EXPECT_THAT(endpoints_of(again),
                ElementsAre("https://192.0.2.10:6443", "https://192.0.2.11:6443",
                            "https://192.0.2.12:6443"));
    EXPECT_TRUE(again.is_complete());
}

TEST(ControlPlaneData, AskForTheKeysThatACertificateKeyOpens) {
    auto data = with_keys();
    data.certificate_key = certificate_key;
    data.keys.clear();
    EXPECT_FALSE(parse(write_join_data(data)).is_complete());
    data.pins = {{"sha256:" + std::string(64, '0'), {}}};
    EXPECT_EQ(parse(split(join_line(data), '\'')[1] + "\n").certificate_key, certificate_key);
}

TEST(ControlPlaneData, MakeEtcdEnterTheDatabaseThatThereIs) {
    Diagnostics diagnostics;
    auto layer = configuration_of(with_keys(), diagnostics);
    EXPECT_EQ(layer.layer.settings.find("etcd")->find("join")->text(), "true");
    auto worker = with_keys();
    worker.keys.clear();
    EXPECT_EQ(configuration_of(worker, diagnostics).layer.settings.find("etcd"), nullptr);
    EXPECT_TRUE(diagnostics.empty());
}

TEST(ControlPlaneData, NamesThePlaceOfAMistake) {
    auto data = with_keys();
    data.keys.erase("sa.key");
    EXPECT_THAT(complaint(write_join_data(data)), AllOf(HasSubstr("sa.key"), HasSubstr("missing")));
    data = with_keys();
    data.keys["ca.key"] = other_keys().at("ca.key");
    EXPECT_THAT(complaint(write_join_data(data)), HasSubstr("ca.key is not the key of ca.crt"));
    data = with_keys();
    data.keys["apiserver.key"] = data.keys["ca.key"];
    const auto text = replace_all(write_join_data(with_keys()), "ca.key:", "apiserver.key:");
    EXPECT_THAT(complaint(text), HasSubstr("'apiserver.key' is no key of a cluster"));
    data = with_keys();
    data.authority = other_keys().at("ca.crt");
    EXPECT_THAT(complaint(write_join_data(data)), HasSubstr("of another cluster"));
    EXPECT_THAT(complaint(write_join_data(with_keys()) + "begins: m1\n"),
                HasSubstr("'begins' needs 'begins_until'"));
    EXPECT_THAT(complaint(write_join_data(with_keys()) + "begins_until: tomorrow\n"),
                HasSubstr("is not a time"));
    EXPECT_THAT(complaint("endpoint: https://a:1\nca_pins: []\ntoken: " + token +
                          "\ncertificate_key: " + certificate_key.substr(1) + "\n"),
                HasSubstr("not a certificate key"));
}

TEST(ControlPlaneData, NeverShowASecretInAMessage) {
    auto data = with_keys();
    data.certificate_key = certificate_key;
    const auto text = write_join_data(data);
    std::vector<std::string> secrets = {certificate_key, token.substr(7)};
    for (const auto* name : {"ca.key", "etcd/ca.key", "sa.key", "front-proxy-ca.key"}) {
        const auto lines = split(data.keys.at(name), '\n');
        secrets.insert(secrets.end(), lines.begin() + 1, lines.end() - 2);
    }
    for (const auto& line : split(data.keys.at("encryption-config.yaml"), '\n')) {
        if (const auto at = line.find("secret: "); at != std::string::npos) {
            secrets.push_back(line.substr(at + 8, 40));
        }
    }
    ASSERT_GT(secrets.size(), 9U);
    auto indented = replace_all(text, "keys:", "keyz:");
    for (const auto& wrong : {text + "tokn: x\n", text + "keys: {}\n", indented, text + "\"",
                              replace_all(text, "-----END", "-----"),
                              replace_all(text, "certificate_key:", "certificatekey:")}) {
        Diagnostics diagnostics;
        const auto read = parse_join_data("join.yaml", wrong, diagnostics);
        ASSERT_NE(read.at.source, nullptr);
        const auto said = complaint(wrong);
        for (const auto& secret : secrets) {
            ASSERT_FALSE(secret.empty());
            EXPECT_THAT(said, Not(HasSubstr(secret)));
            EXPECT_THAT(read.at.source->text, Not(HasSubstr(secret)));
        }
    }
}

TEST(ControlPlaneData, MayBeOneLineOfJson) {
    const auto data = with_keys();
    nlohmann::json json = {{"endpoint", data.endpoint.name}, {"token", token}, {"keys", data.keys}};
    const auto read = parse(json.dump());
    EXPECT_EQ(read.keys, data.keys);
    EXPECT_EQ(read.authority, data.keys.at("ca.crt"));
}

TEST(SharedKeys, AreReadBackWithTheirKeyOnly) {
    const auto key = create_certificate_key();
    const auto secret = shared_keys_of(some_keys(), key, {"bootstrap-token-abcdef", "1-2-3"});
    EXPECT_EQ(secret["metadata"]["ownerReferences"][0]["uid"], "1-2-3");
    EXPECT_TRUE(secret["data"].contains("etcd-ca.key")) << "kubeadm's names";
    EXPECT_EQ(secret.dump().find(to_base64(some_keys().at("ca.key"))), std::string::npos);
    EXPECT_EQ(read_shared_keys(secret, key), some_keys());
    EXPECT_THROW(static_cast<void>(read_shared_keys(secret, create_certificate_key())), Error);
    auto changed = secret;
    changed["data"]["sa.key"] = changed["data"]["ca.key"];
    EXPECT_THROW(static_cast<void>(read_shared_keys(changed, key)), Error);
    changed = secret;
    changed["data"].erase("ca.key");
    EXPECT_THROW(static_cast<void>(read_shared_keys(changed, key)), Error);
}

/// kubeadm lets Go put the nonce in front of what AES-256-GCM gives.
TEST(SharedKeys, HaveTheFormatOfAPublishedVector) {
    auto secret = shared_keys_of(some_keys(), std::string(64, '0'), {"n", "u"});
    const auto sealed = from_base64(secret["data"]["ca.crt"].get<std::string>());
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->size(), 12 + some_keys().at("ca.crt").size() + 16);
    // Key, nonce and text of zeros (McGrew and Viega, test case 14).
    constexpr unsigned char vector[] = {
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0xce, 0xa7, 0x40,
        0x3d, 0x4d, 0x60, 0x6b, 0x6e, 0x07, 0x4e, 0xc5, 0xd3, 0xba, 0xf3, 0x9d, 0x18, 0xd0, 0xd1,
        0xc8, 0xa7, 0x99, 0x99, 0x6b, 0xf0, 0x26, 0x5b, 0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19};
    secret["data"]["sa.pub"] =
        to_base64({reinterpret_cast<const char*>(vector), sizeof vector}); // NOLINT(*-cast)
    try {
        static_cast<void>(read_shared_keys(secret, std::string(64, '0')));
        ADD_FAILURE() << "sixteen zeros are no public key";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), Not(HasSubstr("does not open"))) << "the vector was decrypted";
    }
}

TEST(Seed, IsForEveryMachineOfTheCluster) {
    SeedRequest request;
    request.control_planes = {{"m1", "192.0.2.10"}, {"m2", "192.0.2.11"}, {"m3", "192.0.2.12"}};
    request.network = "flannel";
    const auto now = *parse_utc("2027-03-01T12:00:00Z");
    const auto seed = create_seed(request, now);
    const auto master = parse(write_join_data(seed.control_plane));
    const auto worker = parse(write_join_data(seed.worker));
    EXPECT_EQ(master.begins->name, "m1");
    EXPECT_EQ(master.begins_until, now + std::chrono::hours(24));
    EXPECT_EQ(master.profile->name, "master");
    EXPECT_THAT(endpoints_of(worker),
                ElementsAre("https://192.0.2.10:6443", "https://192.0.2.11:6443",
                            "https://192.0.2.12:6443"));
    EXPECT_EQ(worker.token, master.token);
    EXPECT_EQ(worker.authority, master.keys.at("ca.crt"));
    EXPECT_TRUE(worker.keys.empty()) << "a worker has no key of the cluster";
    EXPECT_EQ(worker.settings.find("cluster")->find("network")->text(), "flannel");
    EXPECT_TRUE(worker.is_complete() && master.is_complete());
}

TEST(Seed, RefusesWhatNoMachineCouldFollow) {
    const auto refused = [](SeedRequest request) {
        try {
            static_cast<void>(create_seed(request, utc_now()));
        } catch (const Error& error) {
            return error.message();
        }
        return std::string("nothing");
    };
    EXPECT_THAT(refused({}), HasSubstr("no control plane"));
    EXPECT_THAT(refused({.control_planes = {{"m1", ""}}}), HasSubstr("where m1 can be reached"));
    EXPECT_THAT(refused({.control_planes = {{"m1", "192.0.2.1"}, {"m1", "192.0.2.2"}}}),
                HasSubstr("twice"));
    EXPECT_THAT(refused({.control_planes = {{"m1", "192.0.2.1"}}, .ttl = std::chrono::seconds(0)}),
                HasSubstr("must end"));
    EXPECT_THAT(refused({.control_planes = {{"m1", "192.0.2.1"}, {"m2", ""}}}),
                HasSubstr("would begin a second one"));
}

} // namespace
} // namespace k8s_node
