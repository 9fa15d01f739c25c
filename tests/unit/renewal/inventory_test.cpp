#include "renewal/inventory.hpp"
#include "support/error.hpp"
#include "unit/pki/fixture.hpp"

namespace k8s_node {

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class InventoryTest : public pki_test::PkiTest {
protected:
    void SetUp() override { issue_all(); }

    [[nodiscard]] CertificateView view(const std::string& name) const {
        for (const auto& each : take_inventory(pki())) {
            if (each.name == name) {
                return each;
            }
        }
        throw Error("there is no " + name);
    }
    [[nodiscard]] std::vector<std::string>
    trouble(std::optional<std::chrono::seconds> within = {}) const {
        return names(find_trouble(take_inventory(pki()), {pki_test::now(), 30, within}));
    }
    [[nodiscard]] std::vector<std::string> operators_part() const {
        return names(find_operators_part(take_inventory(pki()), {pki_test::now(), 30, {}}));
    }
    /// Lets the API server's certificate end in so many days, after a life of a year.
    void let_end_in(int days) {
        put_authority("ca", pki_test::make_test_authority("kubernetes", 900, 900));
        reissue(spec_.certificates[1], days - 365, days);
    }
    void take_key_away() { std::filesystem::remove(at("ca.key")); }

private:
    static std::vector<std::string> names(const Findings& findings) {
        std::vector<std::string> out;
        for (const auto& each : findings) {
            out.push_back(each.name);
        }
        return out;
    }
};

TEST_F(InventoryTest, TellsWhomACertificateIsForAndWhoRenewsIt) {
    const auto server = view("apiserver");
    EXPECT_EQ(server.renewer, Renewer::program);
    EXPECT_EQ(server.detail->issuer, "CN = kubernetes");
    EXPECT_THAT(server.detail->names, Contains("10.96.0.1"));
    EXPECT_EQ(view("ca").renewer, Renewer::operator_);
    EXPECT_TRUE(view("ca").is_authority);
    EXPECT_THAT(view("/etc/kubernetes/admin.conf").detail->subject, HasSubstr("kubernetes-admin"));
    EXPECT_THROW(view("sa"), Error) << "a key pair is no certificate";
}

TEST_F(InventoryTest, KubeletRenewsItsOwn) {
    const auto link = root_.at("/var/lib/kubelet/pki/kubelet-client-current.pem");
    std::filesystem::create_directories(link.parent_path());
    std::filesystem::copy(at("apiserver.crt"), link);
    EXPECT_EQ(view("/var/lib/kubelet/pki/kubelet-client-current.pem").renewer, Renewer::kubelet);
    EXPECT_THAT(renewable(take_inventory(pki()), {}), Not(Contains(HasSubstr("/var/lib/kubelet"))));
    try {
        static_cast<void>(
            renewable(take_inventory(pki()), {"/var/lib/kubelet/pki/kubelet-client-current.pem"}));
        FAIL() << "kubelet's own is not renewed";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::usage);
    }
}

TEST_F(InventoryTest, ComplainsWhenARenewalIsOverdueAndNotAsSoonAsItIsDue) {
    EXPECT_THAT(trouble(), ElementsAre());
    let_end_in(20); // due since ten days
    EXPECT_THAT(trouble(), Not(Contains("Certificate-apiserver")));
    let_end_in(14);
    EXPECT_THAT(trouble(), Contains("Certificate-apiserver"));
    let_end_in(-1);
    EXPECT_THAT(trouble(std::chrono::seconds(0)), Contains("Certificate-apiserver"));
}

TEST_F(InventoryTest, ComplainsAboutWhatEndsWithinTheWantedTime) {
    EXPECT_THAT(trouble(std::chrono::days(300)), ElementsAre());
    EXPECT_THAT(trouble(std::chrono::days(400)), Contains("Certificate-apiserver"));
}

TEST_F(InventoryTest, ComplainsAboutWhatIsMissing) {
    std::filesystem::remove(at("apiserver.crt"));
    EXPECT_THAT(trouble(), ElementsAre("Certificate-apiserver"));
}

TEST_F(InventoryTest, WithoutTheKeyOfItsCaACertificateIsTheOperators) {
    let_end_in(20);
    EXPECT_THAT(operators_part(), Not(Contains("Certificate-apiserver")));
    take_key_away();
    EXPECT_EQ(view("apiserver").renewer, Renewer::operator_);
    EXPECT_THAT(operators_part(), Contains("Certificate-apiserver"));
    EXPECT_THAT(renewable(take_inventory(pki()), {}), Not(Contains("apiserver")));
}

TEST_F(InventoryTest, WhatSomebodyElseMadeIsTheirs) {
    ownership_.ours = std::set<std::string>{};
    EXPECT_EQ(view("apiserver").renewer, Renewer::operator_);
}

TEST_F(InventoryTest, OnlyWhatIsDemandedIsRenewed) {
    auto demanding = pki();
    demanding.demand({"apiserver", "/etc/kubernetes/admin.conf", "ca"});
    EXPECT_EQ(demanding.observe(PkiKind::certificate, "apiserver").state, PkiState::needs_renewal);
    EXPECT_EQ(demanding.observe(PkiKind::kubeconfig, "/etc/kubernetes/admin.conf").state,
              PkiState::needs_renewal);
    EXPECT_EQ(demanding.observe(PkiKind::authority, "ca").state, PkiState::good);
    EXPECT_EQ(demanding.observe(PkiKind::certificate, "apiserver-kubelet-client").state,
              PkiState::good);
    const auto key = pem("apiserver.key");
    const auto before = pem("apiserver.crt");
    demanding.issue(demanding.observe(PkiKind::certificate, "apiserver"));
    EXPECT_EQ(pem("apiserver.key"), key);
    EXPECT_NE(pem("apiserver.crt"), before);
    expect_all_good();
}

TEST_F(InventoryTest, ANameThatIsUnknownIsRefusedWithThoseThatAreNot) {
    try {
        static_cast<void>(renewable(take_inventory(pki()), {"apiservr"}));
        FAIL() << "no such certificate";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::usage);
        EXPECT_THAT(error.hint(), HasSubstr("apiserver"));
    }
}

} // namespace

} // namespace k8s_node
