#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "join/beginning.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "some_keys.hpp"
#include "support/files.hpp"
#include "support/time.hpp"
#include "unit/cluster/stand_in.hpp"

namespace k8s_node {
namespace {

/// Ports of loopback where nobody listens.
constexpr const char* own = "https://127.0.0.2:1";
constexpr const char* silent = "https://127.0.0.3:1";

JoinData seed(std::vector<NamedAt> others = {{silent, {}}}) {
    JoinData data;
    data.endpoint.name = own;
    data.control_planes = std::move(others);
    data.authority = some_keys().at("ca.crt");
    data.keys = some_keys();
    data.token = {"abcdef", "0123456789abcdef"};
    data.settings = Tree::map({});
    data.begins = NamedAt{"m1", {}};
    data.begins_until = utc_now() + std::chrono::hours(1);
    return data;
}

std::optional<JoinData> decided(const JoinData& data, const std::string& name = "m1",
                                bool holds_data = false) {
    EventLoop loop;
    return decide_beginning(data, {name, "127.0.0.2", holds_data}, loop);
}

/// "begins", "joins", or that nothing is decided.
std::string decision(const std::optional<JoinData>& data) {
    if (!data) {
        return "none";
    }
    const auto joins = data->settings.find("etcd")->find("join")->text();
    EXPECT_EQ(joins == "false", data->begins.has_value());
    return joins == "true" ? "joins" : "begins";
}

TEST(Beginning, IsForTheNamedNodeIfNobodyAnswers) {
    EXPECT_EQ(decision(decided(seed())), "begins");
    EXPECT_EQ(decision(decided(seed({}))), "begins") << "it has nobody to ask";
    EXPECT_EQ(decision(decided(seed(), "m2")), "joins");
    EXPECT_EQ(decision(decided(seed(), "m2", true)), "joins") << "data do not make it the first";
}

TEST(Beginning, KnowsItsOwnEndpointByAnyOfItsAddresses) {
    EventLoop loop;
    auto data = seed({});
    data.endpoint.name = "https://[::1]:1";
    EXPECT_EQ(decision(decide_beginning(data, {"m1", "192.0.2.7,::1", false}, loop)), "begins");
}

TEST(Beginning, IsOverAfterItsTime) {
    auto data = seed();
    data.begins_until = utc_now() - std::chrono::seconds(1);
    EXPECT_EQ(decision(decided(data)), "joins") << "made anew much later";
}

TEST(Beginning, IsDecidedOnce) {
    const auto begun = decided(seed());
    EXPECT_EQ(decision(decided(*begun, "m1", true)), "none") << "it runs";
    EXPECT_EQ(decision(decided(*begun)), "begins") << "it was killed before it had begun";
    EXPECT_EQ(decision(decided(*decided(seed(), "m2"), "m2")), "none");
}

TEST(Beginning, WaitsForTheTime) {
    auto data = seed();
    CertificateSpec spec;
    spec.name = spec.common_name = "ca";
    data.authority =
        certificate_to_pem(create_authority(spec, create_key(KeyAlgorithm::ecdsa_p256),
                                            validity_from(utc_now() + std::chrono::hours(24), 1)));
    try {
        static_cast<void>(decided(data));
        FAIL() << "its clock is a day slow";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_yet);
    }
}

TEST(Beginning, JoinsAClusterThatAnswersAndRefusesAnother) {
    const cluster::StandIn servers;
    const auto data = seed({{silent, {}}, {read_file(servers.file("cluster")), {}}});
    auto of_cluster = data;
    of_cluster.authority = read_file(servers.file("ca.crt"));
    EXPECT_EQ(decision(decided(of_cluster)), "joins");
    try {
        static_cast<void>(decided(data));
        FAIL() << "its server has another CA";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::verification);
    }
}

} // namespace
} // namespace k8s_node
