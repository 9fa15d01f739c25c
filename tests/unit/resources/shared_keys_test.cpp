#include <gmock/gmock.h>

#include "resources/shared_keys.hpp"
#include "seed/seed.hpp"
#include "unit/engine/small_node.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;

/// A control plane that joins: its CA is that of the join data.
class GivenKeys : public testing::Test {
protected:
    GivenKeys() {
        node_.spec.pki = {};
        CertificateSpec ca;
        ca.name = "ca";
        ca.common_name = "kubernetes";
        CertificateSpec leaf;
        leaf.name = "apiserver";
        leaf.authority = "ca";
        leaf.common_name = "kube-apiserver";
        leaf.server = true;
        node_.spec.pki.certificates = {ca, leaf};
        node_.spec.pki.key_pairs = {{"sa"}};
        node_.system.pki = Pki(node_.spec.pki, node_.root());
        JoinData data;
        data.endpoint.name = "https://192.0.2.10:6443";
        data.keys = keys_;
        data.authority = keys_.at("ca.crt");
        node_.system.join_data = std::make_shared<const JoinData>(data);
    }

    ClusterKeys keys_ = create_cluster_keys();
    test::SmallNode node_;
};

TEST_F(GivenKeys, ArePlacedBeforeTheySign) {
    const auto checked = check_all(node_.desired(), node_.system);
    ASSERT_FALSE(checked.plan.of(ChangeKind::issue).empty());
    EXPECT_THAT(checked.plan.of(ChangeKind::issue).front().why, HasSubstr("in the join data"));
    node_.install();
    const auto ca = node_.path("/etc/kubernetes/pki/ca.key");
    EXPECT_EQ(read_file(ca), keys_.at("ca.key"));
    EXPECT_EQ(attributes_of(ca)->mode, 0600U);
    EXPECT_EQ(read_file(node_.path("/etc/kubernetes/pki/sa.key")), keys_.at("sa.key"));
    for (const auto& item : node_.system.pki.observe()) {
        EXPECT_EQ(item.state, PkiState::good) << item.name << ": " << item.reason;
    }
    EXPECT_TRUE(check_all(node_.desired(), node_.system).plan.of(ChangeKind::issue).empty());
}

/// A run that is killed between two files of an authority has placed the key.
TEST_F(GivenKeys, AreCompletedAfterAKill) {
    node_.write("/etc/kubernetes/pki/ca.key", keys_.at("ca.key"), 0600);
    node_.write("/etc/kubernetes/pki/sa.key", keys_.at("sa.key"), 0600);
    node_.install();
    EXPECT_EQ(read_file(node_.path("/etc/kubernetes/pki/ca.crt")), keys_.at("ca.crt"));
    for (const auto& item : node_.system.pki.observe()) {
        EXPECT_EQ(item.state, PkiState::good) << item.name << ": " << item.reason;
    }
}

TEST_F(GivenKeys, OverwriteNothing) {
    const auto others = create_cluster_keys();
    node_.write("/etc/kubernetes/pki/ca.key", others.at("ca.key"), 0600);
    try {
        node_.install();
        FAIL() << "another cluster's key was overwritten";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("ca.key"));
    }
    EXPECT_EQ(read_file(node_.path("/etc/kubernetes/pki/ca.key")), others.at("ca.key"));
    EXPECT_FALSE(node_.exists("/etc/kubernetes/pki/ca.crt")) << "no half of a pair is left";
}

} // namespace
} // namespace k8s_node
