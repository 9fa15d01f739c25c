#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "explaining/redaction.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

constexpr const char* canary = "tweetie-4711";

std::string without(const std::string& text) {
    return Redaction({}).text(text);
}

class SecretLine : public testing::TestWithParam<const char*> {};

TEST_P(SecretLine, LosesItsValue) {
    const auto text = without(GetParam());
    EXPECT_THAT(text, Not(HasSubstr(canary)));
    EXPECT_THAT(text, HasSubstr(redacted));
}

INSTANTIATE_TEST_SUITE_P(
    Redaction, SecretLine,
    testing::Values(
        "password: tweetie-4711", "DB_PASSWORD=tweetie-4711", "  client-key-data: tweetie-4711",
        R"({"token":"tweetie-4711","a":1})", R"(a \"token\": \"tweetie-4711\" in text)",
        "kubelet --token=tweetie-4711 --v=2", "kubelet --token tweetie-4711",
        "Authorization: Bearer tweetie-4711", "curl -H 'Authorization: Basic tweetie-4711'",
        "secret: 'tweetie-4711'", "registry_password = \"two words tweetie-4711\"",
        "https://anna:tweetie-4711@mirror.example/x", "http://tweetie-4711@proxy:3128",
        "Environment=\"A=b\" SITE=tweetie-4711", "+Environment=SITE=tweetie-4711",
        "containerd.services.containerd.environment.SITE   tweetie-4711   # node.yaml",
        "aws_secret_access_key: tweetie-4711", "certificate-key: tweetie-4711",
        "a: {environment: {SITE: tweetie-4711}}", "env: [{name: A, value: tweetie-4711}]",
        R"(x {"environment":{"A":"tweetie-4711"}})", "environment: {\n  SITE: tweetie-4711\n}",
        "a:\n  password: |\n    tweetie-4711\n", "environment:\n  SITE: tweetie-4711",
        "env:\n- SITE=tweetie-4711\n",
        "-----BEGIN EC PRIVATE KEY-----\ntweetie-4711\n-----END EC PRIVATE KEY-----",
        "Nov 28 host x[1]: -----BEGIN PRIVATE KEY----- tweetie-4711",
        "a -----BEGIN PRIVATE KEY-----\\ntweetie-4711\\n-----END PRIVATE KEY-----\\n b"));

class HarmlessLine : public testing::TestWithParam<const char*> {};

TEST_P(HarmlessLine, StaysAsItIs) {
    EXPECT_EQ(without(GetParam()), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Redaction, HarmlessLine,
    testing::Values("--service-account-signing-key-file=/etc/kubernetes/pki/sa.key",
                    "tlsPrivateKeyFile: /etc/kubernetes/pki/kubelet-server.key",
                    "automountServiceAccountToken: false", "maxPods: 110\n",
                    "https://mirror.example:8443/dl.k8s.io", "sha256: 0123456789abcdef",
                    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                    "environment:\nmaxPods: 110", "the environment of tests", "KIND=environment",
                    "resources: [secrets]", ""));

TEST(Redaction, KnowsTokensByTheirForm) {
    EXPECT_EQ(without("joined with abcdef.0123456789abcdef, fine"),
              "joined with abcdef.<redacted>, fine");
    EXPECT_EQ(without("node1.example 10.244.0.0/16 v1.36.3"),
              "node1.example 10.244.0.0/16 v1.36.3");
    EXPECT_EQ(without("got eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrIn0.c2lnbmF0dXJl end"),
              "got <redacted> end");
    EXPECT_EQ(without("id AKIAIOSFODNN7EXAMPLE"), "id <redacted>");
}

TEST(Redaction, TakesOutWhatIsKnownWhereverItStands) {
    const Redaction redaction({"long-secret", "secret-of-mine", "abc"});
    EXPECT_EQ(redaction.text("x long-secret y\nabc secret-of-mine"),
              "x <redacted> y\nabc <redacted>");
}

TEST(Redaction, ReadsSecretsOfFiles) {
    EXPECT_THAT(secrets_of("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMB\n-----END PRIVATE KEY-----\n"
                           "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"
                           "token: abcdef.0123456789abcdef\nserver: https://192.0.2.2\n"),
                testing::ElementsAre("MIGHAgEAMB", "abcdef.0123456789abcdef"));
    EXPECT_THAT(values_of_environment("# A=b\nSITE=\"one two\"\nOTHER=three\n"),
                testing::ElementsAre("one two", "three"));
}

TEST(Redaction, KeepsDocumentsWhole) {
    const Redaction redaction({});
    const auto told = redaction.either(
        R"({"name":"n1","token":"tweetie-4711","number":3,"environment":{"A":"tweetie-4711"},)"
        R"("diff":"+ a\n+Environment=A=tweetie-4711\n","x.environment.A":{"value":"tweetie-4711"}})");
    EXPECT_THAT(told, Not(HasSubstr(canary)));
    const auto document = Json::parse(told);
    EXPECT_EQ(document["name"], "n1");
    EXPECT_EQ(document["number"], 3);
    EXPECT_EQ(document["token"], redacted);
    EXPECT_THAT(redaction.either("{ no document, password=tweetie-4711"), Not(HasSubstr(canary)));
}

} // namespace
} // namespace k8s_node
