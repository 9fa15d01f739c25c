#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "join/pin.hpp"
#include "join/signature.hpp"
#include "join/token.hpp"
#include "pki/key.hpp"
#include "pki/signing.hpp"
#include "support/time.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

TEST(Token, HasTwoPartsOfAFixedForm) {
    const auto token = parse_token("abcdef.0123456789abcdef");
    ASSERT_TRUE(token);
    EXPECT_EQ(token->id, "abcdef");
    EXPECT_EQ(token->secret, "0123456789abcdef");
    EXPECT_EQ(token->text(), "abcdef.0123456789abcdef");
    for (const auto* wrong :
         {"", "abcdef", "abcdef0123456789abcdef", "abcde.0123456789abcdef",
          "abcdef.0123456789abcde", "abcdef.0123456789abcdef0", "ABCDEF.0123456789abcdef",
          "abcdef.0123456789abcdeF", "abcdef-0123456789abcdef", " abcdef.0123456789abcdef"}) {
        EXPECT_FALSE(parse_token(wrong)) << wrong;
    }
}

TEST(Token, IsNeverMadeTwice) {
    const auto one = create_token();
    const auto other = create_token();
    EXPECT_EQ(parse_token(one.text()), one);
    EXPECT_NE(one.id, other.id);
    EXPECT_NE(one.secret, other.secret);
}

TEST(Token, IsReadFromTheSecretThatItIsWrittenTo) {
    const TokenInfo info{"abcdef", utc_now(), "rack 7", "worker", true, true};
    const auto secret = secret_of({"abcdef", "0123456789abcdef"}, info);
    EXPECT_EQ(secret.at("metadata").at("name"), "bootstrap-token-abcdef");
    EXPECT_EQ(read_token_secret(secret), info);
    const TokenInfo lasting{"abcdef", {}, "", "", true, false};
    EXPECT_EQ(read_token_secret(secret_of({"abcdef", "0123456789abcdef"}, lasting)), lasting);
}

TEST(Token, IsInNoOtherSecret) {
    auto secret = secret_of({"abcdef", "0123456789abcdef"}, {});
    secret["type"] = "Opaque";
    EXPECT_FALSE(read_token_secret(secret));
    EXPECT_FALSE(read_token_secret(nlohmann::json::parse("[]")));
    EXPECT_FALSE(read_token_secret(nlohmann::json::parse(R"({"data": {"token-id": 7}})")));
}

/// The vector of k8s.io/cluster-bootstrap/token/jws/jws_test.go.
TEST(Signature, IsTheOneOfKubernetes) {
    const std::string content = "Hello from the other side. I must have called a thousand times.";
    const BootstrapToken token{"joshua", "my voice is my passcode"};
    const auto* expected = "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9.."
                           "VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8";
    EXPECT_TRUE(is_signed_with(token, expected, content));
}

/// Of "text", by the token abcdef.0123456789abcdef.
const std::string signature = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9.."
                              "v28Ea_KqmHOtFWksJ_4tbV6AFRNzMkrRUG_jsuLJz-4";

TEST(Signature, BelongsToOneTokenAndOneText) {
    const BootstrapToken token{"abcdef", "0123456789abcdef"};
    EXPECT_TRUE(is_signed_with(token, signature, "text"));
    EXPECT_FALSE(is_signed_with(token, signature, "text "));
    EXPECT_FALSE(is_signed_with({"abcdef", "0123456789abcdeg"}, signature, "text"));
    EXPECT_FALSE(is_signed_with({"abcdeg", "0123456789abcdef"}, signature, "text"));
}

TEST(Signature, IsNoneInAnyOtherForm) {
    const BootstrapToken token{"abcdef", "0123456789abcdef"};
    const auto dots = signature.find("..");
    const auto header = signature.substr(0, dots);
    const auto code = signature.substr(dots + 2);
    EXPECT_FALSE(is_signed_with(token, "", "text"));
    EXPECT_FALSE(is_signed_with(token, header, "text"));
    EXPECT_FALSE(is_signed_with(token, header + "..", "text"));
    EXPECT_FALSE(is_signed_with(token, header + ".dGV4dA." + code, "text")) << "not detached";
    EXPECT_FALSE(is_signed_with(token, header + ".." + code.substr(1), "text"));
    EXPECT_FALSE(is_signed_with(token, header + ".." + code + "!", "text"));
    // {"alg":"none","kid":"abcdef"}
    EXPECT_FALSE(is_signed_with(token, "eyJhbGciOiJub25lIiwia2lkIjoiYWJjZGVmIn0.." + code, "text"));
}

CertificateHandle authority(const std::string& name) {
    CertificateSpec spec;
    spec.name = spec.common_name = name;
    const auto key = create_key(KeyAlgorithm::ecdsa_p256);
    return create_authority(spec, key, validity_from(utc_now(), 1));
}

TEST(Pin, IsWhatKubeadmPrints) {
    EXPECT_THAT(pin_of(authority("one")), MatchesRegex("sha256:[0-9a-f]{64}"));
    EXPECT_TRUE(is_pin("sha256:" + std::string(64, 'a')));
    EXPECT_FALSE(is_pin("sha256:" + std::string(64, 'A')));
    EXPECT_FALSE(is_pin("sha256:" + std::string(63, 'a')));
    EXPECT_FALSE(is_pin("sha512:" + std::string(64, 'a')));
}

TEST(Pin, SelectsTheCertificatesThatAreTrusted) {
    const auto one = authority("one");
    const auto other = authority("other");
    const auto both = certificate_to_pem(one) + certificate_to_pem(other);
    EXPECT_EQ(pinned_certificates(both, std::vector{pin_of(other)}, "both"),
              certificate_to_pem(other));
    EXPECT_EQ(pinned_certificates(both, std::vector{pin_of(authority("one"))}, "both"), "")
        << "the key is pinned, not the name";
}

} // namespace
} // namespace k8s_node
