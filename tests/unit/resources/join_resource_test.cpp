#include <gmock/gmock.h>

#include "generations/backup.hpp"
#include "join/identity.hpp"
#include "join/join_data.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "resources/join_resource.hpp"
#include "support/time.hpp"
#include "unit/engine/small_node.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A cluster's CA, and certificates that it signs.
class Cluster {
public:
    Cluster() { spec_.name = spec_.common_name = "kubernetes"; }

    [[nodiscard]] std::string ca() const { return certificate_to_pem(authority_); }
    [[nodiscard]] std::string identity(std::chrono::sys_seconds from) const {
        CertificateSpec leaf;
        leaf.name = "node";
        leaf.common_name = "system:node:n1";
        leaf.client = true;
        const auto key = create_key(KeyAlgorithm::ecdsa_p256);
        const auto certificate =
            create_leaf(leaf, key, authority_, key_, {from, from + std::chrono::hours(1)});
        return render_kubeconfig({.path = paths::kubelet_kubeconfig,
                                  .server = "https://192.0.2.10:6443",
                                  .authority = "ca",
                                  .cluster = "kubernetes",
                                  .common_name = leaf.common_name,
                                  .organizations = {}},
                                 ca(), certificate_to_pem(certificate), key_to_pem(key));
    }

private:
    CertificateSpec spec_;
    KeyHandle key_ = create_key(KeyAlgorithm::ecdsa_p256);
    CertificateHandle authority_ = create_authority(
        spec_, key_, {utc_now() - std::chrono::hours(24 * 9), utc_now() + std::chrono::hours(24)});
};

class Joining : public testing::Test {
protected:
    Joining() {
        node_.spec.pki = {}; // a node that joins has no CA's key
        node_.system.pki = Pki({}, node_.root());
        node_.generation.manifest.provided.kubelet = KubeletInstance{"web.service"};
        node_.generation.files["manifest.json"] = write_manifest(node_.generation.manifest);
        join_with(cluster_);
    }
    void join_with(const Cluster& cluster) {
        JoinData data;
        data.endpoint.name = "https://192.0.2.10:6443";
        data.authority = cluster.ca();
        data.token = {"abcdef", "0123456789abcdef"};
        node_.system.join_data = std::make_shared<const JoinData>(data);
    }
    /// "join /etc/…", for each change that concerns joining.
    std::vector<std::string> changes() {
        std::vector<std::string> out;
        for (const auto& change : check_all(node_.desired(), node_.system).plan.changes) {
            if (change.kind == ChangeKind::join || change.kind == ChangeKind::forget_token) {
                out.push_back(std::string(verb_of(change.kind)) + " " + change.object);
            }
        }
        return out;
    }
    void get_identity(std::chrono::sys_seconds from = utc_now()) {
        node_.write(paths::kubelet_kubeconfig, cluster_.identity(from), 0600);
    }

    Cluster cluster_;
    test::SmallNode node_;
};

TEST_F(Joining, GivesTheKubeletTheCaAndTheToken) {
    node_.install();
    EXPECT_EQ(read_file(node_.path(paths::cluster_authority)), cluster_.ca());
    EXPECT_EQ(attributes_of(node_.path(paths::bootstrap_kubeconfig))->mode, 0600U);
    const auto kubeconfig = read_kubeconfig(paths::bootstrap_kubeconfig, node_.root());
    EXPECT_EQ(kubeconfig.token, "abcdef.0123456789abcdef");
    EXPECT_EQ(kubeconfig.server, "https://192.0.2.10:6443");
    EXPECT_EQ(kubeconfig.certificate_authority, cluster_.ca());
    const auto ledger = read_ledger(node_.root());
    EXPECT_TRUE(ledger.contains(paths::cluster_authority));
    EXPECT_TRUE(ledger.contains(paths::bootstrap_kubeconfig));
}

TEST_F(Joining, LetsTheKubeletAskThroughTheLoadBalancerOfItsNode) {
    node_.generation.manifest.provided.kubelet = KubeletInstance{
        .unit = "web.service", .server = "https://127.0.0.1:6444", .tls_server_name = "kubernetes"};
    node_.generation.files["manifest.json"] = write_manifest(node_.generation.manifest);
    node_.install();
    const auto kubeconfig = read_kubeconfig(paths::bootstrap_kubeconfig, node_.root());
    EXPECT_EQ(kubeconfig.server, "https://127.0.0.1:6444");
    EXPECT_EQ(kubeconfig.tls_server_name, "kubernetes");
}

TEST_F(Joining, TakesTheTokenAwayOnceTheNodeHasAnIdentity) {
    node_.install();
    EXPECT_TRUE(node_.exists(paths::bootstrap_kubeconfig)) << "the kubelet still needs it";
    get_identity();
    node_.install();
    EXPECT_FALSE(node_.exists(paths::bootstrap_kubeconfig));
    EXPECT_TRUE(node_.exists(paths::cluster_authority));
    EXPECT_FALSE(read_ledger(node_.root()).contains(paths::bootstrap_kubeconfig));
    EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(Joining, GivesTheTokenAgainWhenTheIdentityHasExpired) {
    get_identity(utc_now() - std::chrono::hours(48));
    EXPECT_FALSE(has_identity(node_.root()));
    node_.install();
    EXPECT_TRUE(node_.exists(paths::bootstrap_kubeconfig));
}

TEST_F(Joining, KeepsTheCaThatAnOperatorHasPutThere) {
    node_.write(paths::cluster_authority, "the cluster's\n" + cluster_.ca());
    node_.install();
    EXPECT_EQ(read_file(node_.path(paths::cluster_authority)), "the cluster's\n" + cluster_.ca());
    EXPECT_FALSE(read_ledger(node_.root()).contains(paths::cluster_authority));
}

TEST_F(Joining, RefusesToReplaceTheCaOfAnotherCluster) {
    const Cluster other;
    node_.write(paths::cluster_authority, other.ca());
    try {
        node_.install();
        FAIL() << "it was replaced";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::unsuitable);
        EXPECT_THAT(error.message(), HasSubstr(paths::cluster_authority));
    }
    EXPECT_EQ(read_file(node_.path(paths::cluster_authority)), other.ca());
    EXPECT_FALSE(node_.exists(paths::bootstrap_kubeconfig));
}

TEST_F(Joining, KeepsAnOperatorsOwnJoinDataAsABackup) {
    auto data = *node_.system.join_data;
    data.text = "completed";
    node_.system.join_data = std::make_shared<const JoinData>(data);
    node_.write(paths::join_data, "mine", 0600);
    keep_join_data(node_.system);
    EXPECT_EQ(read_file(node_.path(paths::join_data)), "completed");
    EXPECT_EQ(read_file(backup_of(node_.path(paths::join_data))), "mine");
    EXPECT_TRUE(read_ledger(node_.root()).backups.contains(paths::join_data));
}

TEST_F(Joining, IsNothingForAControlPlane) {
    node_.generation.manifest.provided.api_server = ApiServerInstance{"db.service", "192.0.2.10"};
    EXPECT_THAT(changes(), IsEmpty());
}

} // namespace
} // namespace k8s_node
