#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "join/joining.hpp"
#include "join/pin.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "support/time.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;

const std::string token = "abcdef.0123456789abcdef";

class FoundJoinData : public testing::Test {
protected:
    FoundJoinData() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
    ~FoundJoinData() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

    static std::string authority() {
        CertificateSpec spec;
        spec.name = spec.common_name = "ca";
        const auto key = create_key(KeyAlgorithm::ecdsa_p256);
        return certificate_to_pem(create_authority(spec, key, validity_from(utc_now(), 1)));
    }
    /// Complete data for one of several clusters.
    std::string data_of(const std::string& host) {
        JoinData data;
        data.settings = Tree::map({});
        data.endpoint.name = "https://" + host + ":6443";
        data.authority = authority_;
        data.token = *parse_token(token);
        return write_join_data(data);
    }
    std::string found(const std::string& given = {}) {
        const auto data = find_join_data(given, Root(directory_.path()), loop_);
        return data == nullptr ? "none" : data->endpoint.name;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (directory_.path() / name).string();
    }

    test::TemporaryDirectory directory_;
    EventLoop loop_;
    std::string authority_ = authority();
};

TEST_F(FoundJoinData, AreThoseOfTheCommandLineFirst) {
    EXPECT_EQ(found(), "none");
    directory_.write("/etc/k8s-node/join.yaml", data_of("kept"));
    EXPECT_EQ(found(), "https://kept:6443");
    directory_.write("/credentials/k8s_node.join", data_of("credential"));
    ::setenv("CREDENTIALS_DIRECTORY", path("credentials").c_str(), 1);
    EXPECT_EQ(found(), "https://credential:6443");
    directory_.write("/given.yaml", data_of("given"));
    EXPECT_EQ(found(path("given.yaml")), "https://given:6443");
}

TEST_F(FoundJoinData, AreNotAskedForAgainOnceTheyWereCompleted) {
    directory_.write("/etc/k8s-node/join.yaml", data_of("cluster.invalid"));
    const auto pin = pin_of(parse_certificates(authority_, "ca").front());
    directory_.write("/given.yaml", "{endpoint: \"https://cluster.invalid:6443\", ca_pins: [\"" +
                                        pin + "\"], token: " + token + "}");
    const auto data = find_join_data(path("given.yaml"), Root(directory_.path()), loop_);
    EXPECT_EQ(data->authority, authority_);
}

TEST_F(FoundJoinData, AreRefusedAtTheirPlace) {
    directory_.write("/etc/k8s-node/join.yaml", "endpoint: nonsense\n");
    try {
        static_cast<void>(found());
        FAIL() << "they were taken";
    } catch (const ConfigurationError& error) {
        EXPECT_THAT(error.message(), HasSubstr("/etc/k8s-node/join.yaml:1:11"));
    }
    directory_.write("/given.yaml", data_of("given"));
    EXPECT_EQ(found(path("given.yaml")), "https://given:6443") << "others replace them";
}

} // namespace
} // namespace k8s_node
