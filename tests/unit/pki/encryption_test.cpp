#include "fixture.hpp"
#include "kubeconfig/base64.hpp"
#include "pki/encryption.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* path = "/etc/kubernetes/pki/encryption-config.yaml";

class EncryptionTest : public PkiTest {
protected:
    EncryptionTest() { spec_.encryption_configs = {{path, EncryptionProvider::secretbox}}; }
    PkiItem item() const { return look(PkiKind::encryption_config, path); }
    std::string key() const {
        const auto text = pem(path);
        const auto at = text.find("secret: ") + 8;
        return text.substr(at, text.find('\n', at) - at);
    }
};

TEST_F(EncryptionTest, IsMadeWithAKeyOfItsOwnForItsOwnerOnly) {
    EXPECT_EQ(item().state, PkiState::missing);
    issue_all();
    expect_all_good();
    EXPECT_EQ(mode(path), 0600U);
    ASSERT_TRUE(from_base64(key()));
    EXPECT_EQ(from_base64(key())->size(), 32U);
    EXPECT_NE(key(), random_key());
    EXPECT_THAT(pem(path), AllOf(HasSubstr("\nkind: EncryptionConfiguration\n"),
                                 HasSubstr("\n  - resources: [secrets]\n    providers:\n"
                                           "      - secretbox:\n          keys:\n"),
                                 testing::EndsWith("      - identity: {}\n")));
}

TEST_F(EncryptionTest, IsNeverChangedAgain) {
    issue_all();
    const auto before = snapshot();
    issue_all();
    spec_.encryption_configs.front().provider = EncryptionProvider::aescbc;
    EXPECT_EQ(item().state, PkiState::kept);
    EXPECT_THAT(item().reason, HasSubstr("secrets are written by secretbox, not by aescbc"));
    issue_all();
    EXPECT_EQ(snapshot(), before);
}

TEST_F(EncryptionTest, PlainTextHasNoKey) {
    spec_.encryption_configs.front().provider = EncryptionProvider::identity;
    issue_all();
    expect_all_good();
    EXPECT_THAT(pem(path), AllOf(HasSubstr("identity: {}"), Not(HasSubstr("secret:"))));
    spec_.encryption_configs.front().provider = EncryptionProvider::secretbox;
    EXPECT_EQ(item().reason,
              "secrets are written by identity, not by secretbox; you may change this file");
}

TEST_F(EncryptionTest, ADamagedOneIsRefusedWithoutQuotingIt) {
    for (const auto* damage :
         {"secret: [hidden", "kind: Config\nsecret: hidden\n", "- hidden", ""}) {
        put(path, damage, 0600);
        EXPECT_EQ(item().state, PkiState::broken) << damage;
        EXPECT_THAT(item().reason, Not(HasSubstr("hidden")));
        EXPECT_THAT(refusal(item()), HasSubstr(path));
        EXPECT_EQ(pem(path), damage);
    }
}

TEST_F(EncryptionTest, OthersLoseAccess) {
    issue_all();
    const auto before = pem(path);
    std::filesystem::permissions(root_.at(path), std::filesystem::perms(0644));
    EXPECT_EQ(item().state, PkiState::exposed);
    pki().issue(item());
    EXPECT_EQ(mode(path), 0600U);
    EXPECT_EQ(pem(path), before);
}

} // namespace

} // namespace k8s_node::pki_test
