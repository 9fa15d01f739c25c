#include "fixture.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"

namespace k8s_node::pki_test {

namespace {

using std::chrono::days;
using testing::HasSubstr;
using testing::Not;

class SigningTest : public PkiTest, public testing::WithParamInterface<KeyAlgorithm> {
protected:
    std::string text_of(const std::string& name) const {
        return run("openssl x509 -noout -text -nameopt RFC2253 -in " + at(name).string()).output;
    }
    std::string verify(const std::string& options, const std::string& name) const {
        return run("openssl verify -x509_strict -CAfile " + at("ca.crt").string() + " " + options +
                   " " + at(name).string())
            .output;
    }
};

TEST_P(SigningTest, OpensslVerifiesEveryLeaf) {
    spec_.key_algorithm = GetParam();
    issue_all();
    EXPECT_THAT(verify("-purpose sslserver -verify_hostname node-1", "apiserver.crt"),
                HasSubstr(": OK"));
    EXPECT_THAT(verify("-purpose sslserver -verify_ip fd00::1", "apiserver.crt"),
                HasSubstr(": OK"));
    EXPECT_THAT(verify("-purpose sslserver -verify_hostname other", "apiserver.crt"),
                HasSubstr("hostname mismatch"));
    EXPECT_THAT(verify("-purpose sslclient", "apiserver-kubelet-client.crt"), HasSubstr(": OK"));
    EXPECT_THAT(verify("-purpose sslserver", "apiserver-kubelet-client.crt"),
                HasSubstr("unsuitable certificate purpose"));
    EXPECT_THAT(verify("", "etcd/server.crt"), HasSubstr("unable to get local issuer"));
}

TEST_P(SigningTest, AuthoritiesAndLeavesHaveKubeadmsShape) {
    spec_.key_algorithm = GetParam();
    issue_all();
    const auto authority = text_of("ca.crt");
    EXPECT_THAT(authority,
                HasSubstr("X509v3 Basic Constraints: critical\n                CA:TRUE"));
    EXPECT_THAT(authority, HasSubstr("X509v3 Key Usage: critical\n                "
                                     "Digital Signature, Key Encipherment, Certificate Sign\n"));
    EXPECT_THAT(authority, HasSubstr("X509v3 Subject Key Identifier"));
    EXPECT_THAT(authority, HasSubstr("DNS:kubernetes\n"));

    const auto client = text_of("apiserver-kubelet-client.crt");
    EXPECT_THAT(client, HasSubstr("Subject: CN=kube-apiserver-kubelet-client,O=system:masters"));
    EXPECT_THAT(client, HasSubstr("Extended Key Usage: \n                "
                                  "TLS Web Client Authentication\n"));
    EXPECT_THAT(client, HasSubstr("X509v3 Authority Key Identifier"));
    EXPECT_THAT(client, HasSubstr("CA:FALSE"));
    const bool rsa = GetParam() != KeyAlgorithm::ecdsa_p256;
    EXPECT_EQ(client.find("Key Encipherment") != std::string::npos, rsa);
    EXPECT_THAT(text_of("etcd/server.crt"),
                HasSubstr("TLS Web Server Authentication, TLS Web Client Authentication"));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, SigningTest,
                         testing::Values(KeyAlgorithm::ecdsa_p256, KeyAlgorithm::rsa_2048));

class LeafTest : public PkiTest {
protected:
    CertificateHandle leaf_from(const TestAuthority& authority, const Validity& validity) const {
        return create_leaf(wanted_, key_, authority.certificate, authority.key, validity);
    }
    CertificateSpec wanted_ = example_spec().certificates[1];
    KeyHandle key_ = create_key(KeyAlgorithm::ecdsa_p256);
};

TEST_F(LeafTest, StartsFiveMinutesAgo) {
    EXPECT_EQ(validity_from(now(), 10).not_before, now() - std::chrono::minutes(5));
    EXPECT_EQ(validity_from(now(), 10).not_after, now() + days(10));
}

TEST_F(LeafTest, NeverStartsBeforeNorOutlivesItsAuthority) {
    const auto authority = make_test_authority("x", 1, 20);
    const auto leaf = leaf_from(authority, {now() - days(2), now() + days(365)});
    EXPECT_EQ(validity_of(leaf), validity_of(authority.certificate));
    EXPECT_EQ(validity_of(leaf_from(authority, {now(), now() + days(3)})),
              (Validity{now(), now() + days(3)}));
}

TEST_F(LeafTest, AnAuthorityAtItsEndSignsNothing) {
    const auto authority = make_test_authority("x", 20, -1);
    EXPECT_THROW(static_cast<void>(leaf_from(authority, validity_from(now(), 365))), Error);
}

TEST_F(LeafTest, AWrongAddressIsNamed) {
    wanted_.ip_addresses = {"10.0.0.300"};
    try {
        static_cast<void>(leaf_from(make_test_authority("x"), validity_from(now(), 1)));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("'10.0.0.300'"));
    }
}

TEST_F(LeafTest, SerialsArePositiveLongAndDiffer) {
    const auto authority = make_test_authority("x");
    const auto serial = [](const CertificateHandle& certificate) {
        const auto* number = X509_get0_serialNumber(certificate.get());
        EXPECT_EQ(ASN1_STRING_type(number), V_ASN1_INTEGER); // not V_ASN1_NEG_INTEGER
        EXPECT_EQ(ASN1_STRING_length(number), 16);
        const auto* bytes = ASN1_STRING_get0_data(number);
        return std::string(bytes, bytes + ASN1_STRING_length(number));
    };
    EXPECT_NE(serial(leaf_from(authority, validity_from(now(), 1))),
              serial(leaf_from(authority, validity_from(now(), 1))));
}

TEST_F(LeafTest, ALongNodeNameIsAllowed) {
    wanted_.common_name = "system:node:" + std::string(200, 'n');
    const auto authority = make_test_authority("kubernetes");
    const auto leaf = leaf_from(authority, validity_from(now(), 1));
    EXPECT_EQ(common_name_of(leaf), wanted_.common_name);
    put_authority("ca", authority);
    put("x.crt", certificate_to_pem(leaf));
    EXPECT_EQ(
        run("openssl verify -CAfile " + at("ca.crt").string() + " " + at("x.crt").string()).status,
        0);
}

} // namespace

} // namespace k8s_node::pki_test
