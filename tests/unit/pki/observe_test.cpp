#include "fixture.hpp"
#include "pki/key.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

class ObserveTest : public PkiTest {
protected:
    CertificateSpec& server() { return spec_.certificates[1]; }
    CertificateSpec& client() { return spec_.certificates[2]; }
};

TEST_F(ObserveTest, EverythingIsMissingAtFirstInAnOrderThatCanBeIssued) {
    const auto items = pki().observe();
    std::vector<std::string> names;
    for (const auto& item : items) {
        names.push_back(item.name);
    }
    EXPECT_THAT(names, ElementsAre("ca", "apiserver", "apiserver-kubelet-client", "etcd/ca",
                                   "etcd/server", "sa", "/etc/kubernetes/admin.conf"));
    EXPECT_THAT(items, Each(Field(&PkiItem::state, PkiState::missing)));
    EXPECT_EQ(items[0].kind, PkiKind::authority);
    EXPECT_THAT(items[1].paths, ElementsAre("/etc/kubernetes/pki/apiserver.crt",
                                            "/etc/kubernetes/pki/apiserver.key"));
}

TEST_F(ObserveTest, TellsTheEndOfACertificate) {
    issue_all();
    EXPECT_EQ(leaf().not_after, validity_of(certificate("apiserver.crt")).not_after);
    EXPECT_NEAR(static_cast<double>((*leaf().not_after - now()).count()), 365 * 86400.0, 60);
}

TEST_F(ObserveTest, ALeafIsRenewedWhenItExpiredOrSoonWill) {
    issue_all();
    struct Case {
        int first_day;
        int last_day;
        PkiState state;
    };
    // The CA started five minutes ago, so these terms do as well.
    for (const auto& each : {Case{0, 40, PkiState::good}, Case{0, 31, PkiState::good},
                             Case{0, 5, PkiState::good} /* short, but in its first third */}) {
        reissue(server(), each.first_day, each.last_day);
        EXPECT_EQ(leaf().state, each.state) << each.last_day << leaf().reason;
    }
    put_authority("ca", make_test_authority("kubernetes", 900, 900));
    reissue(server(), -335, 29);
    EXPECT_EQ(leaf().state, PkiState::needs_renewal);
    EXPECT_THAT(leaf().reason, HasSubstr("expires on 2"));
    reissue(server(), -365, -1);
    EXPECT_EQ(leaf().state, PkiState::needs_renewal);
    EXPECT_THAT(leaf().reason, HasSubstr("expired on 2"));
}

TEST_F(ObserveTest, ALeafThatEndsWithItsAuthorityIsNotRenewedInVain) {
    issue_all();
    put_authority("ca", make_test_authority("kubernetes", 900, 10));
    reissue(server(), -335, 29);
    EXPECT_EQ(validity_of(certificate("apiserver.crt")).not_after,
              validity_of(certificate("ca.crt")).not_after);
    EXPECT_EQ(leaf().state, PkiState::good) << leaf().reason;
}

TEST_F(ObserveTest, ALeafThatLacksSomethingIsRenewed) {
    issue_all();
    const auto complete = server();
    server().dns_names.emplace_back("api.example.org");
    server().ip_addresses.emplace_back("192.0.2.1");
    EXPECT_EQ(leaf().state, PkiState::needs_renewal);
    EXPECT_EQ(leaf().reason, "lacks the names api.example.org, 192.0.2.1");
    server() = complete;
    server().client = true;
    EXPECT_EQ(leaf().reason, "may not be used by a client");
}

TEST_F(ObserveTest, ExtraNamesAreNoReason) {
    issue_all();
    server().dns_names = {"node-1"};
    server().ip_addresses.clear();
    EXPECT_EQ(leaf().state, PkiState::good);
}

TEST_F(ObserveTest, AClientMustBeExactlyWhoIsWanted) {
    issue_all();
    client().organizations.clear();
    EXPECT_EQ(leaf(client().name).state, PkiState::needs_renewal);
    EXPECT_THAT(leaf(client().name).reason, HasSubstr("organizations 'system:masters'"));
    client().organizations = {"system:masters"};
    client().common_name = "someone-else";
    EXPECT_EQ(leaf(client().name).reason,
              "is for 'kube-apiserver-kubelet-client' instead of 'someone-else'");
}

TEST_F(ObserveTest, AServerIsKnownByItsNamesOnly) {
    issue_all();
    server().common_name = "something else";
    EXPECT_EQ(leaf().state, PkiState::good);
}

TEST_F(ObserveTest, ACertificateFromTheFutureIsAClockThatIsWrong) {
    issue_all();
    reissue(server(), 2, 300);
    EXPECT_EQ(leaf().state, PkiState::broken);
    EXPECT_THAT(leaf().reason, HasSubstr("is valid only from "));
    EXPECT_EQ(leaf().hint, "set this machine's clock");
}

TEST_F(ObserveTest, AKeyThatOthersCanReadIsExposed) {
    issue_all();
    std::filesystem::permissions(at("apiserver.key"), std::filesystem::perms(0644));
    std::filesystem::permissions(at("sa.key"), std::filesystem::perms(0640));
    std::filesystem::permissions(at("/etc/kubernetes/admin.conf"), std::filesystem::perms(0604));
    EXPECT_EQ(leaf().state, PkiState::exposed);
    EXPECT_THAT(leaf().reason,
                HasSubstr("apiserver.key is accessible to users other than its owner"));
    EXPECT_EQ(look(PkiKind::key_pair, "sa").state, PkiState::exposed);
    const auto before = snapshot();
    issue_all();
    EXPECT_EQ(snapshot(), before); // only the mode has changed
    EXPECT_EQ(mode("apiserver.key"), 0600U);
    expect_all_good();
}

TEST_F(ObserveTest, AnotherOwnerOfAKeyIsExposed) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    issue_all();
    ASSERT_EQ(::chown(at("ca.key").c_str(), 65534, 65534), 0);
    EXPECT_EQ(look(PkiKind::authority, "ca").state, PkiState::exposed);
    issue_all();
    EXPECT_EQ(attributes_of(at("ca.key")), (FileAttributes{0600, 0, 0}));
}

TEST_F(ObserveTest, UnreadablePemIsOneBrokenItemNotAnError) {
    issue_all();
    put("apiserver.crt", "-----BEGIN CERTIFICATE-----\nnonsense\n");
    put("sa.pub", "");
    EXPECT_EQ(leaf().state, PkiState::broken);
    EXPECT_THAT(leaf().reason, HasSubstr("read the PEM text in " + at("apiserver.crt").string()));
    EXPECT_THAT(look(PkiKind::key_pair, "sa").reason, HasSubstr("contains no PEM public key"));
    EXPECT_EQ(leaf(client().name).state, PkiState::good);
}

TEST_F(ObserveTest, ASpecWhoseAuthorityComesLateIsRefused) {
    std::swap(spec_.certificates[0], spec_.certificates[1]);
    EXPECT_THROW(static_cast<void>(pki()), Error);
    spec_ = example_spec();
    spec_.kubeconfigs.front().authority = "apiserver";
    EXPECT_THROW(static_cast<void>(pki()), Error);
}

TEST_F(ObserveTest, AnUnknownItemIsNamed) {
    EXPECT_THROW(static_cast<void>(leaf("nobody")), Error);
    EXPECT_THROW(static_cast<void>(look(PkiKind::kubeconfig, "/x")), Error);
}

} // namespace

} // namespace k8s_node::pki_test
