// What this program did not make is kept while it serves, and never replaced
// without being asked for and kept aside.
#include <sys/stat.h>

#include "fixture.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::HasSubstr;

class OwnershipTest : public PkiTest {
protected:
    /// Everything is there and fits; none of it counts as ours.
    OwnershipTest() {
        put_authority("ca", make_test_authority("kubernetes", 900, 900));
        issue_all();
        ownership_.ours.emplace();
    }
    CertificateSpec& server() { return spec_.certificates[1]; }
    PkiItem admin() const { return look(PkiKind::kubeconfig, admin_); }
    /// That issuing everything changes nothing.
    void expect_untouched() const {
        const auto before = snapshot();
        issue_all();
        EXPECT_EQ(snapshot(), before);
    }
    const std::string admin_ = "/etc/kubernetes/admin.conf";
};

TEST_F(OwnershipTest, AKubeconfigForOthersOrElsewhereIsKept) {
    spec_.kubeconfigs.front().server = "https://api.example.org:6443";
    EXPECT_EQ(admin().state, PkiState::kept);
    EXPECT_THAT(admin().reason, HasSubstr("points at https://127.0.0.1:6443 instead of"));
    expect_untouched();
    spec_.kubeconfigs.front().organizations = {"system:masters"};
    EXPECT_THAT(admin().reason, HasSubstr("has the organizations"));
    expect_untouched();
    ownership_.replace_useless = true; // it is of use
    expect_untouched();
    ownership_.ours->insert(admin_);
    EXPECT_EQ(admin().state, PkiState::needs_renewal);
    EXPECT_FALSE(admin().foreign);
}

TEST_F(OwnershipTest, AServersCertificateWithFewerNamesIsKept) {
    server().dns_names.emplace_back("api.example.org");
    EXPECT_EQ(leaf().state, PkiState::kept);
    EXPECT_EQ(leaf().reason, "lacks the names api.example.org");
    expect_untouched();
}

TEST_F(OwnershipTest, WithoutTheNameThatTheNodeItselfUsesItIsRefused) {
    server().ip_addresses.emplace_back("127.0.0.1");
    EXPECT_THAT(refusal(leaf()), HasSubstr("lacks the name 127.0.0.1, which " + admin_));
}

TEST_F(OwnershipTest, WhatIsOfNoUseIsRefused) {
    reissue(server(), -365, -1);
    EXPECT_EQ(leaf().state, PkiState::broken);
    EXPECT_THAT(refusal(leaf()), HasSubstr("expired on "));
    EXPECT_THAT(leaf().hint, HasSubstr("--force"));
    std::filesystem::remove(at("apiserver-kubelet-client.key"));
    EXPECT_THAT(refusal(leaf("apiserver-kubelet-client")), HasSubstr("its key is missing"));
}

TEST_F(OwnershipTest, ItIsRenewedAndToldWhereItMayBeReplaced) {
    reissue(server(), -365, -1);
    ownership_.replace_useless = true;
    const auto item = leaf();
    EXPECT_EQ(item.state, PkiState::needs_renewal);
    EXPECT_TRUE(item.foreign);
    pki().issue(item);
    EXPECT_EQ(leaf().state, PkiState::good);
}

TEST_F(OwnershipTest, APipeInAFilesPlaceIsRefusedNotWaitedFor) {
    for (const auto* name : {"apiserver.key", "sa.pub", "/etc/kubernetes/admin.conf"}) {
        std::filesystem::remove(at(name));
        ASSERT_EQ(::mkfifo(at(name).c_str(), 0600), 0);
    }
    EXPECT_THAT(leaf().reason, HasSubstr("apiserver.key is not a regular file"));
    EXPECT_THAT(look(PkiKind::key_pair, "sa").reason, HasSubstr("is not a regular file"));
    EXPECT_THAT(admin().reason, HasSubstr("is not a regular file"));
}

} // namespace

} // namespace k8s_node::pki_test
