// What the shipped components make of a machine's facts.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "configuration/layers.hpp"
#include "node/desired.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

class ShippedOn : public testing::Test {
protected:
    ShippedOn() {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        options_.root = Root(directory_.path());
        options_.data_directory = PROFILES;
        options_.profile = "worker";
        options_.assignments = {"cluster.endpoint=https://192.0.2.1:6443",
                                "bridge-network.node_cidr=10.244.7.0/24"};
        facts_.architecture = "amd64";
        facts_.hostname = "n1";
        facts_.default_address = "192.0.2.10";
        facts_.resolv_conf = "/etc/resolv.conf";
    }
    NodeSpec on_kernel(const std::string& release) {
        facts_.kernel_release = release;
        Diagnostics diagnostics;
        ResolveInput input;
        ReleaseText text;
        input.components = load_components(options_, diagnostics);
        input.profiles = load_profiles(options_, diagnostics);
        input.layers = load_layers(options_, diagnostics);
        input.release = load_release(options_, {}, text, diagnostics);
        input.host = host_values(facts_, "/usr/bin/k8s-node-install");
        return resolve(input, std::move(diagnostics));
    }

    test::TemporaryDirectory directory_;
    NodeOptions options_;
    Facts facts_;
};

bool needs(const NodeSpec& spec, const std::string& program) {
    const auto& programs = spec.needed_programs;
    return std::find(programs.begin(), programs.end(), program) != programs.end();
}

TEST_F(ShippedOn, AKernelThatHasItServicesAreTranslatedByNftables) {
    for (const auto* kernel : {"6.1.0-18-amd64", "5.14.0-503.11.1.el9_5.x86_64", "5.13.0",
                               "6.18-rc1", "10.0.1+rpt-rpi-v8"}) {
        const auto spec = on_kernel(kernel);
        EXPECT_EQ(spec.settings.at("kube-proxy.mode").value->text(), "nftables") << kernel;
        EXPECT_TRUE(needs(spec, "nft")) << kernel;
    }
}

TEST_F(ShippedOn, AnOlderKernelTheyAreTranslatedByIptables) {
    for (const auto* kernel : {"5.10.0-28-amd64", "4.18.0-553.el8_10.x86_64", "5.12.19", ""}) {
        const auto spec = on_kernel(kernel);
        EXPECT_EQ(spec.settings.at("kube-proxy.mode").value->text(), "iptables") << kernel;
        EXPECT_FALSE(needs(spec, "nft")) << kernel;
    }
}

TEST_F(ShippedOn, ItsAddressesHaveTheFamiliesOfTheCluster) {
    facts_.default_address_ipv6 = "2001:db8::10";
    EXPECT_EQ(on_kernel("6.1.0").node_address, "192.0.2.10");
    options_.assignments.insert(options_.assignments.end(),
                                {"cluster.pod_cidr=10.244.0.0/16,fd00:10:244::/56",
                                 "cluster.service_cidr=10.96.0.0/16,fd00:10:96::/112",
                                 "bridge-network.node_cidr=10.244.7.0/24,fd00:10:244:7::/64"});
    const auto dual = on_kernel("6.1.0");
    EXPECT_EQ(dual.node_address, "192.0.2.10,2001:db8::10");
    EXPECT_EQ(dual.pod_cidr, "10.244.7.0/24,fd00:10:244:7::/64");
    EXPECT_TRUE(needs(dual, "ip6tables"));
    options_.assignments.insert(options_.assignments.end(),
                                {"cluster.pod_cidr=fd00:10:244::/56",
                                 "cluster.service_cidr=fd00:10:96::/112",
                                 "bridge-network.node_cidr=fd00:10:244:7::/64"});
    EXPECT_EQ(on_kernel("6.1.0").node_address, "2001:db8::10");
}

} // namespace
} // namespace k8s_node
