#include "fixture.hpp"
#include "pki/key.hpp"
#include "pki/kubeconfig.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::HasSubstr;

constexpr const char* path = "/etc/kubernetes/admin.conf";

class KubeconfigTest : public PkiTest {
protected:
    PkiItem admin() const { return look(PkiKind::kubeconfig, path); }
    Kubeconfig parsed() const { return parse_kubeconfig(pem(path), path); }
    /// A kubeconfig of the CA on disk for another user or server.
    std::string text_for(KubeconfigSpec wanted, int last_day = 100) const {
        const auto key = create_key(KeyAlgorithm::ecdsa_p256);
        const auto client = create_leaf(
            client_of(wanted), key, certificate("ca.crt"), parse_key(pem("ca.key"), "ca.key"),
            {now() - std::chrono::minutes(4), now() + std::chrono::days(last_day)});
        return render_kubeconfig(wanted, pem("ca.crt"), certificate_to_pem(client),
                                 key_to_pem(key));
    }
    KubeconfigSpec wanted_ = example_spec().kubeconfigs.front();
};

TEST_F(KubeconfigTest, HoldsEverythingInline) {
    issue_all();
    const auto found = parsed();
    EXPECT_EQ(found.server, "https://127.0.0.1:6443");
    EXPECT_EQ(found.authority.text, pem("ca.crt"));
    EXPECT_FALSE(found.has_other_entries);
    const auto client = parse_certificates(found.certificate.text, path);
    EXPECT_EQ(common_name_of(client.front()), "kubernetes-admin");
    EXPECT_EQ(organizations_of(client.front()), std::vector<std::string>{"kubeadm:cluster-admins"});
    EXPECT_TRUE(belongs_to(client.front(), parse_key(found.key.text, path)));
    EXPECT_EQ(mode(path), 0600U);
    EXPECT_THAT(pem(path), testing::AllOf(HasSubstr("apiVersion: v1\nkind: Config\n"),
                                          HasSubstr("current-context: kubernetes-admin@kubernetes"
                                                    "\n")));
}

TEST_F(KubeconfigTest, OddNamesSurvive) {
    auto odd = wanted_;
    odd.common_name = "a: \"b\" # c";
    odd.cluster = "yes";
    const auto found = parse_kubeconfig(render_kubeconfig(odd, "A", "BC", "DEF"), "x");
    EXPECT_EQ(found.authority.text, "A");
    EXPECT_EQ(found.certificate.text, "BC");
    EXPECT_EQ(found.key.text, "DEF");
}

TEST_F(KubeconfigTest, IsIssuedAgainWhenTheServerOrTheOrganizationsChange) {
    issue_all();
    spec_.kubeconfigs.front().server = "https://api.example.org:6443";
    EXPECT_EQ(admin().reason,
              "points at https://127.0.0.1:6443 instead of https://api.example.org:6443");
    pki().issue(admin());
    EXPECT_EQ(parsed().server, "https://api.example.org:6443");
    EXPECT_EQ(admin().state, PkiState::good);

    spec_.kubeconfigs.front().organizations = {"system:masters"};
    EXPECT_EQ(admin().state, PkiState::needs_renewal);
    pki().issue(admin());
    EXPECT_EQ(admin().state, PkiState::good);
    EXPECT_EQ(mode(path), 0600U);
}

TEST_F(KubeconfigTest, AnotherUsersFileIsKept) {
    issue_all();
    wanted_.common_name = "alice";
    put(path, text_for(wanted_), 0600);
    const auto before = pem(path);
    EXPECT_EQ(admin().state, PkiState::kept);
    EXPECT_EQ(admin().reason, "is for the user 'alice'");
    pki().issue(admin());
    EXPECT_EQ(pem(path), before);

    put(path, text_for(wanted_, 0), 0600);
    EXPECT_THAT(refusal(admin()), HasSubstr("is for the user 'alice' and expired on "));
}

TEST_F(KubeconfigTest, AnotherWayToProveTheUserIsKept) {
    issue_all();
    put(path,
        "{kind: Config, current-context: x,"
        " contexts: [{name: x, context: {cluster: c, user: u}}],"
        " clusters: [{name: c, cluster: {server: 'https://x'}}],"
        " users: [{name: u, user: {token: abc}}]}",
        0600);
    EXPECT_EQ(admin().state, PkiState::kept);
}

TEST_F(KubeconfigTest, AFileWithOtherEntriesIsNotReplaced) {
    issue_all();
    auto text = pem(path);
    text += "  - name: bob\n    user:\n      token: abc\n";
    put(path, text, 0600);
    EXPECT_EQ(admin().state, PkiState::good);
    spec_.kubeconfigs.front().server = "https://other:6443";
    EXPECT_THAT(refusal(admin()), HasSubstr("other entries that a new one would lose"));
    EXPECT_EQ(pem(path), text);
}

TEST_F(KubeconfigTest, AnotherClustersFileIsRefused) {
    issue_all();
    const auto other = make_test_authority("kubernetes");
    const auto key = create_key(KeyAlgorithm::ecdsa_p256);
    const auto client = create_leaf(client_of(wanted_), key, other.certificate, other.key,
                                    validity_from(now(), 100));
    put(path,
        render_kubeconfig(wanted_, certificate_to_pem(other.certificate),
                          certificate_to_pem(client), key_to_pem(key)),
        0600);
    EXPECT_THAT(refusal(admin()), HasSubstr("was not signed by " + at("ca.crt").string()));
}

TEST_F(KubeconfigTest, FilesThatItRefersToAreRead) {
    issue_all();
    const auto found = parsed();
    put("/etc/kubernetes/both.pem", found.certificate.text + found.key.text, 0600);
    put(path,
        "{kind: Config, current-context: x,"
        " contexts: [{name: x, context: {cluster: c, user: u}}],"
        " clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443',"
        " certificate-authority: /etc/kubernetes/pki/ca.crt}}],"
        " users: [{name: u, user: {client-certificate: both.pem, client-key: both.pem}}]}",
        0600);
    EXPECT_EQ(admin().state, PkiState::good) << admin().reason;
}

TEST_F(KubeconfigTest, DamageIsNamed) {
    issue_all();
    const auto message = [&](const std::string& text) {
        put(path, text, 0600);
        return refusal(admin());
    };
    EXPECT_THAT(message("kind: ["), HasSubstr("admin.conf: "));
    EXPECT_THAT(message("- a\n"), HasSubstr("its kind is not Config"));
    EXPECT_THAT(message("kind: Config\n"), HasSubstr("it has no context ''"));
    EXPECT_THAT(message("{kind: Config, contexts: 3, current-context: [1]}"),
                HasSubstr("it has no context"));
    EXPECT_THAT(message("{kind: Config, current-context: x,"
                        " contexts: [{name: x, context: {cluster: c, user: u}}],"
                        " clusters: [{name: c, cluster: {server: x}}],"
                        " users: [{name: u, user: {client-certificate-data: '*'}}]}"),
                HasSubstr("client-certificate-data is not base64"));
}

} // namespace

} // namespace k8s_node::pki_test
