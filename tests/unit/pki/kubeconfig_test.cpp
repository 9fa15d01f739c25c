#include "fixture.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "pki/key.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::HasSubstr;

constexpr const char* path = "/etc/kubernetes/admin.conf";

class KubeconfigTest : public PkiTest {
protected:
    PkiItem admin() const { return look(PkiKind::kubeconfig, path); }
    Kubeconfig parsed() const { return read_kubeconfig(path, root_); }
    /// A kubeconfig of the CA on disk for another user or server.
    std::string text_for(KubeconfigSpec wanted, int last_day = 100) const {
        const auto key = create_key(KeyAlgorithm::ecdsa_p256);
        const auto client = create_leaf(
            client_of(wanted), key, certificate("ca.crt"), parse_key(pem("ca.key"), "ca.key"),
            {now() - std::chrono::minutes(4), now() + std::chrono::days(last_day)});
        return render_kubeconfig(wanted, pem("ca.crt"), certificate_to_pem(client),
                                 key_to_pem(key));
    }
    /// A kubeconfig with names of its own, whose user is proved in some way.
    static std::string
    text_of_user(const std::string& user,
                 const std::string& cluster = "server: 'https://127.0.0.1:6443',"
                                              " certificate-authority: pki/ca.crt") {
        return "{kind: Config, current-context: x,"
               " contexts: [{name: x, context: {cluster: c, user: u}}],"
               " clusters: [{name: c, cluster: {" +
               cluster + "}}], users: [{name: u, user: {" + user + "}}]}";
    }
    KubeconfigSpec wanted_ = example_spec().kubeconfigs.front();
};

TEST_F(KubeconfigTest, HoldsEverythingInline) {
    issue_all();
    const auto found = parsed();
    EXPECT_EQ(found.server, "https://127.0.0.1:6443");
    EXPECT_EQ(found.certificate_authority, pem("ca.crt"));
    EXPECT_FALSE(found.has_other_entries);
    const auto client = parse_certificates(found.client_certificate, path);
    EXPECT_EQ(common_name_of(client.front()), "kubernetes-admin");
    EXPECT_EQ(organizations_of(client.front()), std::vector<std::string>{"kubeadm:cluster-admins"});
    EXPECT_TRUE(belongs_to(client.front(), parse_key(found.client_key, path)));
    EXPECT_EQ(mode(path), 0600U);
    EXPECT_THAT(pem(path), testing::AllOf(HasSubstr("apiVersion: v1\nkind: Config\n"),
                                          HasSubstr("current-context: kubernetes-admin@kubernetes"
                                                    "\n")));
}

TEST_F(KubeconfigTest, IsIssuedAgainWhenTheServerOrTheOrganizationsChange) {
    issue_all();
    spec_.kubeconfigs.front().server = "https://api.example.org:6443";
    EXPECT_EQ(admin().reason,
              "points at https://127.0.0.1:6443 instead of https://api.example.org:6443");
    pki().issue(admin());
    EXPECT_EQ(parsed().server, "https://api.example.org:6443");
    EXPECT_EQ(admin().state, PkiState::good);

    spec_.kubeconfigs.front().tls_server_name = "kubernetes";
    EXPECT_EQ(admin().reason, "expects no other name in the server's certificate instead of the "
                              "name kubernetes");
    pki().issue(admin());
    EXPECT_EQ(parsed().tls_server_name, "kubernetes");
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

TEST_F(KubeconfigTest, ATokenIsKept) {
    issue_all();
    put(path, text_of_user("token: abc"), 0600);
    EXPECT_EQ(admin().state, PkiState::kept);
    EXPECT_EQ(admin().reason, "authenticates its user by a token, not a client certificate");
    EXPECT_EQ(parsed().token, "abc") << "what is kept can be used";
}

TEST_F(KubeconfigTest, WhatRequestsCannotBeMadeWithIsRefused) {
    issue_all();
    const auto refused = [&](const std::string& text, const std::string& why) {
        put(path, text, 0600);
        EXPECT_EQ(admin().state, PkiState::broken);
        EXPECT_THAT(refusal(admin()), HasSubstr(why));
        EXPECT_THROW(static_cast<void>(parsed()), Error);
    };
    refused(text_of_user("exec: {command: aws}"), "'exec' of the user 'u' is not supported");
    refused(text_of_user("token: abc", "server: 'http://x'"), "must be https://HOST:PORT");
    refused(text_of_user("token: abc", "server: 'https://x'"),
            "neither 'certificate-authority-data' nor 'certificate-authority'");
    refused(text_of_user("client-certificate: pki/ca.crt"),
            "has a client certificate without its key");
}

TEST_F(KubeconfigTest, AForeignOneOfNoUseIsReplacedIfAskedFor) {
    issue_all();
    put(path, text_of_user("exec: {command: aws}"), 0600);
    ownership_.ours.emplace();
    EXPECT_EQ(admin().state, PkiState::broken);
    EXPECT_THAT(admin().hint, HasSubstr("--force"));
    ownership_.replace_useless = true;
    EXPECT_EQ(admin().state, PkiState::needs_renewal);
    EXPECT_TRUE(admin().foreign);
    pki().issue(admin());
    ownership_.ours->insert(path);
    EXPECT_EQ(admin().state, PkiState::good) << admin().reason;
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
    put("/etc/kubernetes/both.pem", found.client_certificate + found.client_key, 0600);
    put(path,
        text_of_user("client-certificate: both.pem, client-key: both.pem",
                     "server: 'https://127.0.0.1:6443',"
                     " certificate-authority: /etc/kubernetes/pki/ca.crt"),
        0600);
    EXPECT_EQ(admin().state, PkiState::good) << admin().reason;
}

TEST_F(KubeconfigTest, DamageIsNamed) {
    issue_all();
    const auto message = [&](const std::string& text) {
        put(path, text, 0600);
        return refusal(admin());
    };
    EXPECT_THAT(message("kind: ["), HasSubstr("admin.conf:1:7: '[' is not closed"));
    EXPECT_THAT(message("- a\n"), HasSubstr("this is not a kubeconfig"));
    EXPECT_THAT(message("kind: Config\n"), HasSubstr("has no 'current-context'"));
    EXPECT_THAT(message("{kind: Config, contexts: 3, current-context: x}"),
                HasSubstr("'contexts' must be a list"));
    EXPECT_THAT(message(text_of_user("client-certificate-data: '*'")),
                HasSubstr("'client-certificate-data' of the user 'u' is not base64"));
}

} // namespace

} // namespace k8s_node::pki_test
