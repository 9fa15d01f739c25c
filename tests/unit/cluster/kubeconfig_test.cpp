#include <fstream>
#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/kubeconfig.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::cluster {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* complete = R"(apiVersion: v1
kind: Config
current-context: admin@kubernetes
preferences: {}
clusters:
- name: kubernetes
  cluster:
    server: https://127.0.0.1:6443/
    certificate-authority-data: LS0tLS1CRUdJTiBDQQ==
contexts:
- name: admin@kubernetes
  context:
    cluster: kubernetes
    user: admin
users:
- name: other
  user: {}
- name: admin
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDUlQ=
    client-key-data: LS0tLS1CRUdJTiBLRVlT
)";

Kubeconfig parse(std::string_view text, const Root& root = Root("/nowhere")) {
    return parse_kubeconfig(text, "/etc/kubernetes/admin.conf", root);
}

/// The complaint about the complete text with one piece replaced.
std::string complaint(std::string_view from, std::string_view to) {
    const auto text = replace_all(complete, from, to);
    EXPECT_NE(text, complete) << from << " is not in the text";
    try {
        static_cast<void>(parse(text));
    } catch (const Error& error) {
        return error.message();
    }
    return "none";
}

TEST(KubeconfigText, GivesServerAndCredentials) {
    const auto config = parse(complete);
    EXPECT_EQ(config.server, "https://127.0.0.1:6443");
    EXPECT_EQ(config.certificate_authority, "-----BEGIN CA");
    EXPECT_EQ(config.client_certificate, "-----BEGIN CRT");
    EXPECT_EQ(config.client_key, "-----BEGIN KEYS");
}

TEST(KubeconfigText, MayHaveATokenInstead) {
    const auto text = replace_all(
        replace_all(complete, "    client-certificate-data: LS0tLS1CRUdJTiBDUlQ=\n", ""),
        "client-key-data: LS0tLS1CRUdJTiBLRVlT", "token: abcdef.0123456789abcdef");
    EXPECT_EQ(parse(text).token, "abcdef.0123456789abcdef");
}

TEST(KubeconfigText, NamesFileAndLineOfEachFault) {
    const auto at = [](const char* line, const char* what) {
        return AllOf(StartsWith(std::string("/etc/kubernetes/admin.conf:") + line + ":"),
                     HasSubstr(what));
    };
    EXPECT_THAT(complaint("preferences: {}", "prefs: {}"), at("4", "unknown key 'prefs'"));
    EXPECT_THAT(complaint("preferences: {}", "kind: Config"), at("4", "'kind' is given twice"));
    EXPECT_THAT(complaint("client-key-data:", "exec:"), at("21", "unknown key 'exec' in user"));
    EXPECT_THAT(complaint("server: https://127.0.0.1:6443/", "server: http://a"),
                HasSubstr("https://"));
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "LS0t!"), at("21", "'client-key-data' is not"));
    EXPECT_THAT(complaint("clusters:", "clusters: ["), at("6", "not YAML"));
    EXPECT_THAT(complaint("kind: Config", "kind: Pod"), HasSubstr("not a kubeconfig"));
    EXPECT_THAT(complaint("current-context: admin", "current-context: nobody"),
                HasSubstr("'nobody@kubernetes' is not in contexts"));
    EXPECT_THAT(complaint("user: admin", "user: nobody"), HasSubstr("'nobody' is not in users"));
    EXPECT_THAT(complaint("user: admin", "user: other"), HasSubstr("neither"));
    EXPECT_THAT(complaint("apiVersion: v1", "---\napiVersion: v1\n---"), HasSubstr("one YAML"));
}

TEST(KubeconfigText, HoldsNoNulBytes) {
    const std::string torn("\0,\"kind\":\"Confi\0\0\0\0\0V", 22);
    try {
        static_cast<void>(parse_kubeconfig(torn, "/x", Root("/nonexistent")));
        FAIL() << "it was read";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("NUL byte"));
    }
}

TEST(KubeconfigText, NeverShowsACredential) {
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "c2VjcmV0IQ=="),
                AllOf(HasSubstr("no PEM"), Not(HasSubstr("secret")), Not(HasSubstr("c2Vj"))));
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "c2Vj=cmV0IQ"),
                AllOf(HasSubstr("not base64"), Not(HasSubstr("c2Vj"))));
}

TEST(KubeconfigFile, ReadsTheKubeletsCertificateFromItsFile) {
    const test::TemporaryDirectory root;
    root.write("/var/lib/kubelet/pki/current.pem", "-----BEGIN BOTH");
    root.write("/etc/kubernetes/near.pem", "-----BEGIN NEAR");
    root.write("/etc/kubernetes/kubelet.conf",
               replace_all(replace_all(complete, "client-certificate-data: LS0tLS1CRUdJTiBDUlQ=",
                                       "client-certificate: /var/lib/kubelet/pki/current.pem"),
                           "client-key-data: LS0tLS1CRUdJTiBLRVlT", "client-key: near.pem"));

    const auto config = read_kubeconfig("/etc/kubernetes/kubelet.conf", Root(root.path()));
    EXPECT_EQ(config.client_certificate, "-----BEGIN BOTH");
    EXPECT_EQ(config.client_key, "-----BEGIN NEAR");
    EXPECT_THROW(
        static_cast<void>(read_kubeconfig("/etc/kubernetes/admin.conf", Root(root.path()))), Error);
}

} // namespace
} // namespace k8s_node::cluster
