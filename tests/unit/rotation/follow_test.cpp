// A joined node and the CAs of its cluster: which it trusts, and when kubelet needs new
// certificates.
#include <gtest/gtest.h>

#include "pki/key.hpp"
#include "rotation/follow.hpp"
#include "support/error.hpp"
#include "unit/pki/fixture.hpp"

namespace k8s_node {
namespace {

class Follow : public testing::Test {
protected:
    [[nodiscard]] static std::string leaf_of(const pki_test::TestAuthority& authority) {
        CertificateSpec spec;
        spec.common_name = "system:node:worker";
        spec.client = true;
        const auto key = create_key(KeyAlgorithm::ecdsa_p256);
        return certificate_to_pem(create_leaf(spec, key, authority.certificate, authority.key,
                                              validity_from(pki_test::now(), 10)));
    }

    pki_test::TestAuthority old_ = pki_test::make_test_authority("kubernetes");
    pki_test::TestAuthority new_ = pki_test::make_test_authority("kubernetes");
    std::string old_pem_ = certificate_to_pem(old_.certificate);
    std::string new_pem_ = certificate_to_pem(new_.certificate);
    std::string old_leaf_ = leaf_of(old_);
    std::string new_leaf_ = leaf_of(new_);
};

TEST_F(Follow, NothingIsNeededWhileNothingChanges) {
    EXPECT_FALSE(compare_trust(old_pem_, old_pem_, old_leaf_, old_leaf_).is_needed());
    EXPECT_FALSE(compare_trust(old_pem_, old_pem_, old_leaf_, "").is_needed());
}

TEST_F(Follow, TheNewOneIsTrustedAndTheCertificatesStay) {
    const auto following = compare_trust(old_pem_, old_pem_ + new_pem_, old_leaf_, old_leaf_);
    EXPECT_TRUE(following.trusts_others);
    EXPECT_EQ(following.bundle, old_pem_ + new_pem_);
    EXPECT_FALSE(following.renews_client || following.renews_server);
}

TEST_F(Follow, OnceItSignsKubeletNeedsNewCertificates) {
    const auto following =
        compare_trust(old_pem_ + new_pem_, new_pem_ + old_pem_, old_leaf_, new_leaf_);
    EXPECT_TRUE(following.renews_client);
    EXPECT_FALSE(following.renews_server);
    EXPECT_EQ(following.bundle, new_pem_ + old_pem_);
}

TEST_F(Follow, TheOldOneIsDroppedWhenKubeletHasThem) {
    const auto both = new_pem_ + old_pem_;
    EXPECT_EQ(compare_trust(both, new_pem_, new_leaf_, new_leaf_).bundle, new_pem_);
    const auto still = compare_trust(both, new_pem_, new_leaf_, old_leaf_);
    EXPECT_EQ(still.bundle, both) << "a certificate of kubelet still needs it";
    EXPECT_TRUE(still.renews_server);
}

TEST_F(Follow, DamagedCertificatesAreNotBelieved) {
    EXPECT_THROW(static_cast<void>(compare_trust(old_pem_, "", old_leaf_, "")), Error);
    EXPECT_THROW(static_cast<void>(compare_trust(old_pem_, "-----BEGIN", old_leaf_, "")), Error);
}

} // namespace
} // namespace k8s_node
