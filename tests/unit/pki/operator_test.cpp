// What the operator has put there is kept when it serves, and refused with a
// plain reason when it does not; it is never overwritten.
#include "fixture.hpp"
#include "pki/key.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::HasSubstr;

class OperatorTest : public PkiTest {
protected:
    PkiItem authority() const { return look(PkiKind::authority, "ca"); }

    void put_leaf(const CertificateSpec& spec, const TestAuthority& signer) const {
        const auto key = create_key(KeyAlgorithm::rsa_2048);
        put(spec.name + ".key", key_to_pem(key), 0600);
        put(spec.name + ".crt",
            certificate_to_pem(create_leaf(spec, key, signer.certificate, signer.key,
                                           {now(), now() + std::chrono::days(200)})));
    }
    CertificateSpec server_ = example_spec().certificates[1];
};

TEST_F(OperatorTest, ASuppliedAuthorityIsKeptAndSigns) {
    put_authority("ca", make_test_authority("Example Corporation"));
    const auto before = pem("ca.crt") + pem("ca.key");
    issue_all();
    EXPECT_EQ(pem("ca.crt") + pem("ca.key"), before);
    EXPECT_EQ(issuer_of(certificate("apiserver.crt")), "CN = Example Corporation");
    expect_all_good();
}

TEST_F(OperatorTest, AnAuthorityMadeByOpensslSigns) {
    put("dir", "");
    const auto made =
        run("openssl req -x509 -newkey rsa:2048 -nodes -days 100 -subj '/C=DE/CN=my ca'"
            " -keyout " +
            at("ca.key").string() + " -out " + at("ca.crt").string());
    ASSERT_EQ(made.status, 0) << made.output;
    issue_all();
    expect_all_good();
    EXPECT_EQ(
        run("openssl verify -CAfile " + at("ca.crt").string() + " " + at("apiserver.crt").string())
            .status,
        0);
}

TEST_F(OperatorTest, AnAuthorityWhoseKeyHasADigestOfItsOwnSigns) {
    put("dir", "");
    const auto made =
        run("openssl req -x509 -newkey ed25519 -nodes -days 100 -subj /CN=ed -keyout " +
            at("ca.key").string() + " -out " + at("ca.crt").string());
    ASSERT_EQ(made.status, 0) << made.output;
    issue_all();
    expect_all_good();
    EXPECT_EQ(
        run("openssl verify -CAfile " + at("ca.crt").string() + " " + at("apiserver.crt").string())
            .status,
        0);
}

TEST_F(OperatorTest, AnAuthorityWithoutKeyServesWhenNothingIsToBeSigned) {
    issue_all();
    std::filesystem::remove(at("ca.key"));
    EXPECT_EQ(authority().state, PkiState::kept);
    EXPECT_EQ(authority().reason, "its key is not here, so it cannot sign anything");
    EXPECT_EQ(leaf().state, PkiState::good);
    const auto before = snapshot();
    issue_all();
    EXPECT_EQ(snapshot(), before);
}

TEST_F(OperatorTest, AnAuthorityWithoutKeyCannotSignWhatIsMissing) {
    issue_all();
    std::filesystem::remove(at("ca.key"));
    std::filesystem::remove(at("apiserver.crt"));
    std::filesystem::remove(at("apiserver.key"));
    EXPECT_THAT(refusal(leaf()),
                HasSubstr("missing and cannot be signed: " + at("ca.key").string()));
    spec_.certificates[2].common_name = "other";
    EXPECT_THAT(refusal(leaf("apiserver-kubelet-client")),
                HasSubstr("ca.key is not here to sign a new one"));
}

TEST_F(OperatorTest, AnExpiredAuthorityIsRefusedWithWhatItSigns) {
    put_authority("ca", make_test_authority("kubernetes", 100, -1));
    const auto before = snapshot();
    EXPECT_THAT(refusal(authority()), HasSubstr("ca.crt: expired on "));
    EXPECT_THAT(refusal(leaf()), HasSubstr("ca.crt cannot be used: expired on "));
    EXPECT_EQ(snapshot(), before);
}

TEST_F(OperatorTest, WhatIsNoAuthorityIsRefused) {
    const auto real = make_test_authority("x");
    auto spec = server_;
    spec.name = "ca";
    put_leaf(spec, real);
    EXPECT_THAT(refusal(authority()), HasSubstr("is not a CA certificate"));
}

TEST_F(OperatorTest, AnAuthorityWithTheWrongKeyIsRefused) {
    put_authority("ca", make_test_authority("x"));
    put("ca.key", key_to_pem(create_key(KeyAlgorithm::ecdsa_p256)), 0600);
    EXPECT_THAT(refusal(authority()), HasSubstr("its key does not belong to it"));
}

TEST_F(OperatorTest, ALostAuthorityIsNotReplacedUnderItsLeaves) {
    issue_all();
    std::filesystem::remove(at("ca.crt"));
    std::filesystem::remove(at("ca.key"));
    EXPECT_EQ(leaf().state, PkiState::broken);
    EXPECT_THAT(leaf().reason, HasSubstr("ca.crt is missing"));
}

TEST_F(OperatorTest, ASuppliedLeafThatFitsIsKept) {
    const auto signer = make_test_authority("kubernetes");
    put_authority("ca", signer);
    put_leaf(server_, signer);
    const auto before = pem("apiserver.crt") + pem("apiserver.key");
    EXPECT_EQ(leaf().state, PkiState::good);
    issue_all();
    EXPECT_EQ(pem("apiserver.crt") + pem("apiserver.key"), before);
}

TEST_F(OperatorTest, ALeafOfAnotherAuthorityIsRefused) {
    issue_all();
    put_leaf(server_, make_test_authority("kubernetes")); // the same name, another key
    const auto before = snapshot();
    EXPECT_THAT(refusal(leaf()), HasSubstr("was not signed by " + at("ca.crt").string()));
    EXPECT_EQ(snapshot(), before);
}

TEST_F(OperatorTest, ALeafWithTheWrongKeyIsRefused) {
    issue_all();
    put("apiserver.key", key_to_pem(create_key(KeyAlgorithm::ecdsa_p256)), 0600);
    const auto before = snapshot();
    EXPECT_THAT(refusal(leaf()), HasSubstr("its key does not belong to it"));
    EXPECT_EQ(snapshot(), before);
}

TEST_F(OperatorTest, ALeafSignedThroughAnIntermediateIsKept) {
    const auto real = make_test_authority("root");
    put("ca.crt", certificate_to_pem(real.certificate));
    put("ca.key", key_to_pem(real.key), 0600);
    const auto dir = at("").string();
    put("ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
    const auto made =
        run("cd " + dir +
            " && openssl req -newkey rsa:2048 -nodes -subj /CN=middle -keyout m.key"
            " -out m.csr && openssl x509 -req -in m.csr -CA ca.crt -CAkey ca.key -set_serial 1"
            " -days 300 -extfile ext -out m.crt");
    ASSERT_EQ(made.status, 0) << made.output;
    TestAuthority middle;
    middle.key = parse_key(pem("m.key"), "m.key");
    middle.certificate = certificate("m.crt");
    put_leaf(server_, middle);
    EXPECT_EQ(leaf().state, PkiState::broken);
    put("apiserver.crt", pem("apiserver.crt") + pem("m.crt"));
    EXPECT_EQ(leaf().state, PkiState::good) << leaf().reason;
}

TEST_F(OperatorTest, WhatTheFormerAuthoritySignedIsRenewedAndServesWhileThatIsListed) {
    issue_all();
    const auto former = pem("ca.crt");
    const auto next = make_test_authority("kubernetes");
    put("ca.crt", former + certificate_to_pem(next.certificate));
    EXPECT_EQ(leaf().state, PkiState::good) << "the former one signs as long as its key is here";
    const auto admin = look(PkiKind::kubeconfig, "/etc/kubernetes/admin.conf");
    EXPECT_EQ(admin.state, PkiState::needs_renewal);
    EXPECT_THAT(admin.reason, HasSubstr("does not trust"));
    put("ca.key", key_to_pem(next.key), 0600);
    EXPECT_EQ(authority().state, PkiState::good);
    EXPECT_EQ(leaf().state, PkiState::needs_renewal);
    EXPECT_THAT(leaf().reason, HasSubstr("another one replaces"));
    ownership_.ours = {};
    ownership_.ours.emplace();
    EXPECT_EQ(leaf().state, PkiState::kept) << "somebody else's is theirs to replace";
}

TEST_F(OperatorTest, ServiceAccountKeysOfAnyKindAreKeptAndMismatchesRefused) {
    const auto pair = [&] { return look(PkiKind::key_pair, "sa"); };
    const auto key = create_key(KeyAlgorithm::rsa_2048);
    const auto other = create_key(KeyAlgorithm::rsa_2048);
    put("sa.key", key_to_pem(key), 0600);
    put("sa.pub", public_key_to_pem(other) + public_key_to_pem(key));
    EXPECT_EQ(pair().state, PkiState::good);
    put("sa.pub", public_key_to_pem(other));
    EXPECT_THAT(refusal(pair()), HasSubstr("does not belong to the private key"));
    std::filesystem::remove(at("sa.key"));
    EXPECT_THAT(refusal(pair()), HasSubstr("the private key is missing"));
    EXPECT_FALSE(std::filesystem::exists(at("sa.key")));
}

} // namespace

} // namespace k8s_node::pki_test
