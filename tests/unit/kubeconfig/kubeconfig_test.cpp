#include <filesystem>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kubeconfig/kubeconfig.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* path = "/etc/kubernetes/admin.conf";
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
constexpr const char* certificate_line = "    client-certificate-data: LS0tLS1CRUdJTiBDUlQ=\n";
constexpr const char* key_line = "    client-key-data: LS0tLS1CRUdJTiBLRVlT\n";

Kubeconfig parse(std::string_view text, const Root& root = Root("/nowhere")) {
    return parse_kubeconfig(text, path, root);
}

std::string with(std::string_view from, std::string_view to) {
    auto text = replace_all(complete, from, to);
    EXPECT_NE(text, complete) << from << " is not in the text";
    return text;
}

/// The complete text, but the user is `user`: the lines of a map.
std::string with_user(const std::string& user) {
    return replace_all(with(certificate_line, ""), key_line, user);
}

std::string complaint_about(std::string_view text, const Root& root = Root("/nowhere")) {
    try {
        static_cast<void>(parse(text, root));
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::configuration);
        return error.message();
    }
    return "none";
}

/// The complaint about the complete text with one piece replaced.
std::string complaint(std::string_view from, std::string_view to) {
    return complaint_about(with(from, to));
}

TEST(KubeconfigText, GivesServerAndCredentials) {
    const auto config = parse(complete);
    EXPECT_EQ(config.server, "https://127.0.0.1:6443");
    EXPECT_EQ(config.certificate_authority, "-----BEGIN CA");
    EXPECT_EQ(config.client_certificate, "-----BEGIN CRT");
    EXPECT_EQ(config.client_key, "-----BEGIN KEYS");
    EXPECT_EQ(config.origins.client_key, "/nowhere/etc/kubernetes/admin.conf");
    EXPECT_TRUE(config.has_other_entries);
}

TEST(KubeconfigText, IsWhatIsWritten) {
    KubeconfigSpec spec;
    spec.server = "https://127.0.0.1:6443";
    spec.cluster = "yes";
    spec.common_name = "a: \"b\" # c";
    const auto config =
        parse(render_kubeconfig(spec, "-----BEGIN A", "-----BEGIN BC", "-----BEGIN DEF"));
    EXPECT_EQ(config.server, spec.server);
    EXPECT_EQ(config.certificate_authority, "-----BEGIN A");
    EXPECT_EQ(config.client_certificate, "-----BEGIN BC");
    EXPECT_EQ(config.client_key, "-----BEGIN DEF");
    EXPECT_FALSE(config.has_other_entries);
}

TEST(KubeconfigText, MayBeJson) {
    const auto config = parse("{\n\t\"kind\": \"Config\", \"apiVersion\": \"v1\","
                              "\n\t\"current-context\": \"x\","
                              "\n\t\"contexts\": [{\"name\": \"x\", \"context\":"
                              " {\"cluster\": \"c\", \"user\": \"u\"}}],"
                              "\n\t\"clusters\": [{\"name\": \"c\", \"cluster\":"
                              " {\"server\": \"https:\\/\\/10.0.0.1:6443\","
                              " \"certificate-authority-data\": \"LS0tLS1CRUdJTiBDQQ==\"}}],"
                              "\n\t\"users\": [{\"name\": \"u\", \"user\": {\"token\": \"abc\"}}]"
                              "\n}\n");
    EXPECT_EQ(config.server, "https://10.0.0.1:6443");
    EXPECT_EQ(config.token, "abc");
    EXPECT_FALSE(config.has_other_entries);
}

TEST(KubeconfigText, MayHaveATokenInsteadOrBesides) {
    EXPECT_EQ(parse(with_user("    token: abcdef.0123456789abcdef\n")).token,
              "abcdef.0123456789abcdef");
    const auto both = parse(with("client-key-data:", "token: abc\n    client-key-data:"));
    EXPECT_EQ(both.token, "abc");
    EXPECT_EQ(both.client_key, "-----BEGIN KEYS");
    EXPECT_THAT(complaint_about(with_user("    token: \"a\\nb\"\n")), HasSubstr("not one word"));
}

TEST(KubeconfigText, GivesTheCurrentOneOfSeveralContexts) {
    auto text =
        with("contexts:\n", "contexts:\n- name: far\n  context: {cluster: far, user: bob}\n");
    text = replace_all(text, "clusters:\n",
                       "clusters:\n- name: far\n  cluster: {server: 'http://far',"
                       " insecure-skip-tls-verify: true}\n");
    text = replace_all(text, "users:\n", "users:\n- name: bob\n  user: {exec: {command: id}}\n");
    EXPECT_EQ(parse(text).server, "https://127.0.0.1:6443");
    EXPECT_THAT(complaint_about(
                    replace_all(text, "current-context: admin@kubernetes", "current-context: far")),
                HasSubstr("'server' of the cluster 'far' must be https://HOST:PORT"));
}

TEST(KubeconfigText, PassesOverWhatClientGoDoesNotKnowOrNeed) {
    const auto config =
        parse(with("preferences: {}", "extensions: [{name: a, extension: {b: c}}]\nnews: 1"));
    EXPECT_EQ(config.server, "https://127.0.0.1:6443");
    EXPECT_EQ(parse(with("apiVersion: v1\nkind: Config\n", "")).client_key, "-----BEGIN KEYS");
    EXPECT_EQ(parse(with("    server:", "    insecure-skip-tls-verify: false\n    proxy-url: ''\n"
                                        "    server:"))
                  .client_key,
              "-----BEGIN KEYS");
    EXPECT_EQ(
        parse(with("    server:", "    tls-server-name: kubernetes\n    server:")).tls_server_name,
        "kubernetes");
}

TEST(KubeconfigText, NamesFileAndPlaceOfEachFault) {
    const auto at = [](const char* line, const char* what) {
        return AllOf(StartsWith(std::string("/nowhere/etc/kubernetes/admin.conf:") + line + ":"),
                     HasSubstr(what));
    };
    EXPECT_THAT(complaint("preferences: {}", "kind: Config"), at("4", "duplicate key 'kind'"));
    EXPECT_THAT(complaint("server: https://127.0.0.1:6443/", "server: http://a"),
                at("8", "must be https://"));
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "LS0t!"),
                at("21", "'client-key-data' of the user 'admin' is not base64"));
    EXPECT_THAT(complaint("clusters:", "clusters: ["), at("5", "'[' is not closed"));
    EXPECT_THAT(complaint("kind: Config", "kind: Pod"), at("2", "not a kubeconfig"));
    EXPECT_THAT(complaint("apiVersion: v1", "apiVersion: v2"), at("1", "not a kubeconfig"));
    EXPECT_THAT(complaint("current-context: admin", "current-context: nobody"),
                at("3", "there is no context 'nobody@kubernetes' in 'contexts', which has "
                        "'admin@kubernetes'"));
    EXPECT_THAT(complaint("user: admin", "user: nobody"),
                at("14", "there is no user 'nobody' in 'users', which has 'other', 'admin'"));
    EXPECT_THAT(complaint("user: admin", "user: other"),
                at("17", "the user 'other' has neither a client certificate"));
    EXPECT_THAT(complaint("apiVersion: v1", "---\napiVersion: v1\n---"),
                HasSubstr("more than one YAML document"));
    EXPECT_THAT(complaint("user: admin", "user: [admin]"),
                at("14", "'user' of the context 'admin@kubernetes' must be a text"));
    EXPECT_THAT(complaint("user: {}", "user: {}\n- bob"),
                at("18", "an entry of 'users' must be a map"));
    EXPECT_THAT(complaint("current-context: admin@kubernetes", "current-context:"),
                HasSubstr("has no 'current-context'"));
    EXPECT_THAT(complaint("    certificate-authority-data: LS0tLS1CRUdJTiBDQQ==\n", ""),
                HasSubstr("the cluster 'kubernetes' has neither 'certificate-authority-data'"));
    EXPECT_THAT(complaint("    server:", "    tls-server-name: a/b\n    server:"),
                at("8", "must be the name of a host"));
    EXPECT_THAT(complaint_about("- a\n"), HasSubstr("this is not a kubeconfig"));
    EXPECT_THAT(complaint_about(""), HasSubstr("has no 'current-context'"));
}

TEST(KubeconfigText, NamesAMisspeltKey) {
    EXPECT_THAT(complaint("client-key-data:", "client-kye-data:"),
                AllOf(HasSubstr("admin.conf:21:5:"),
                      HasSubstr("has a client certificate without its key"),
                      HasSubstr("did you mean 'client-key-data' by 'client-kye-data'?")));
    EXPECT_THAT(complaint("    server:", "    sever:"),
                HasSubstr("did you mean 'server' by 'sever'?"));
}

TEST(KubeconfigText, SaysWhatIsNotSupported) {
    for (const std::string user :
         {"exec: {command: aws}", "auth-provider: {name: oidc}", "username: bob", "password: x"}) {
        EXPECT_THAT(complaint_about(with_user("    " + user + "\n")),
                    AllOf(HasSubstr("'" + user.substr(0, user.find(':')) + "' of the user 'admin'"),
                          HasSubstr("not supported by k8s-node-install: give the user a client "
                                    "certificate with its key, or a token")));
    }
    EXPECT_THAT(complaint("client-key-data:", "as: bob\n    client-key-data:"),
                HasSubstr("'as' of the user 'admin' is not supported"));
    EXPECT_THAT(complaint("    server:", "    insecure-skip-tls-verify: true\n    server:"),
                HasSubstr("the API server must prove itself"));
    EXPECT_THAT(complaint("    server:", "    proxy-url: http://p\n    server:"),
                HasSubstr("'proxy-url' of the cluster 'kubernetes' is not supported"));
}

TEST(KubeconfigText, HoldsNoNulBytes) {
    EXPECT_THAT(complaint_about(std::string("\0,\"kind\":\"Confi\0\0\0\0\0V", 22)),
                HasSubstr("NUL byte"));
}

TEST(KubeconfigText, NeverShowsACredential) {
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "c2VjcmV0IQ=="),
                AllOf(HasSubstr("no PEM"), Not(HasSubstr("secret")), Not(HasSubstr("c2Vj"))));
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "c2Vj=cmV0IQ"),
                AllOf(HasSubstr("not base64"), Not(HasSubstr("c2Vj"))));
    EXPECT_THAT(complaint("LS0tLS1CRUdJTiBLRVlT", "'c2Vjcm"),
                AllOf(HasSubstr("quote is not closed"), Not(HasSubstr("c2Vj"))));
    EXPECT_THAT(complaint("  user: {}", "  user: c2Vj"), testing::Eq("none"))
        << "another user's fault is not ours";
    EXPECT_THAT(complaint_about(with_user("    token: {secret: 1}\n")),
                AllOf(HasSubstr("must be a text"), Not(HasSubstr("secret"))));
}

class KubeconfigFile : public testing::Test {
protected:
    KubeconfigFile() {
        root_.write("/var/lib/kubelet/pki/current.pem", "-----BEGIN BOTH");
        root_.write("/etc/kubernetes/pki/near.pem", "-----BEGIN NEAR");
    }
    void write(const std::string& text) { root_.write(path, text); }
    [[nodiscard]] Kubeconfig read() const { return read_kubeconfig(path, Root(root_.path())); }
    [[nodiscard]] Error refusal() const {
        try {
            static_cast<void>(read());
        } catch (const Error& error) {
            return error;
        }
        return Error("none");
    }

    test::TemporaryDirectory root_;
};

TEST_F(KubeconfigFile, MayReferToOtherFiles) {
    write(replace_all(with_user("    client-certificate: /var/lib/kubelet/pki/current.pem\n"
                                "    client-key: pki/near.pem\n"),
                      "certificate-authority-data: LS0tLS1CRUdJTiBDQQ==",
                      "certificate-authority: ./pki/../pki/near.pem"));
    const auto config = read();
    EXPECT_EQ(config.client_certificate, "-----BEGIN BOTH");
    EXPECT_EQ(config.client_key, "-----BEGIN NEAR");
    EXPECT_EQ(config.certificate_authority, "-----BEGIN NEAR");
    EXPECT_EQ(config.origins.client_key, (root_.path() / "etc/kubernetes/pki/near.pem").string());
}

TEST_F(KubeconfigFile, PrefersInlineDataToFiles) {
    write(with("client-key-data:", "client-key: /nowhere\n    client-key-data:"));
    EXPECT_EQ(read().client_key, "-----BEGIN KEYS");
}

TEST_F(KubeconfigFile, MayReferToAFileWithAToken) {
    root_.write("/etc/kubernetes/token", "abc\n");
    write(with_user("    token: old\n    tokenFile: token\n"));
    EXPECT_EQ(read().token, "abc");
    root_.write("/etc/kubernetes/token", "\n");
    EXPECT_THAT(refusal().message(), HasSubstr("nor a token"));
}

TEST_F(KubeconfigFile, NamesTheFileThatCannotBeUsed) {
    EXPECT_THAT(refusal().message(), HasSubstr("admin.conf: No such file or directory"));
    write(with("client-key-data: LS0tLS1CRUdJTiBLRVlT", "client-key: gone.pem"));
    EXPECT_THAT(refusal().message(),
                HasSubstr("open " + (root_.path() / "etc/kubernetes/gone.pem").string() +
                          ": No such file or directory"));
    EXPECT_THAT(refusal().frames().front(), HasSubstr("'client-key' of the user 'admin'"));
    root_.write("/etc/kubernetes/gone.pem", "hello");
    EXPECT_THAT(refusal().message(),
                AllOf(HasSubstr("contains no PEM text"), HasSubstr("etc/kubernetes/gone.pem")));
    std::filesystem::remove(root_.path() / "etc/kubernetes/gone.pem");
    ASSERT_EQ(::mkfifo((root_.path() / "etc/kubernetes/gone.pem").c_str(), 0600), 0);
    EXPECT_THAT(refusal().message(), HasSubstr("gone.pem is not a regular file"));
}

TEST_F(KubeconfigFile, MayBeMissing) {
    EXPECT_FALSE(read_kubeconfig_if_exists(path, Root(root_.path())));
    write(complete);
    EXPECT_TRUE(read_kubeconfig_if_exists(path, Root(root_.path())));
}

/// As kubelet writes it when it has its identity.
constexpr const char* of_kubelet = "apiVersion: v1\n"
                                   "clusters:\n"
                                   "- cluster:\n"
                                   "    certificate-authority: /etc/kubernetes/pki/ca.crt\n"
                                   "    server: https://127.0.0.1:6444\n"
                                   "  name: default-cluster\n"
                                   "contexts:\n"
                                   "- context: {cluster: default-cluster, user: default-auth}\n"
                                   "  name: default-context\n"
                                   "current-context: default-context\n"
                                   "kind: Config\n"
                                   "users:\n"
                                   "- name: default-auth\n"
                                   "  user: {token: abc}\n";

TEST_F(KubeconfigFile, NamesAnotherServerAndKeepsEverythingElse) {
    root_.write("/etc/kubernetes/pki/ca.crt", "-----BEGIN CERTIFICATE-----\n");
    const auto through = point_kubeconfig(of_kubelet, "https://127.0.0.1:6444", "kubernetes");
    write(through);
    EXPECT_EQ(read().server, "https://127.0.0.1:6444");
    EXPECT_EQ(read().tls_server_name, "kubernetes");
    EXPECT_EQ(read().token, "abc");
    EXPECT_EQ(point_kubeconfig(through, "https://127.0.0.1:6444", "kubernetes"), through);
    write(point_kubeconfig(through, "https://192.0.2.10:6443", ""));
    EXPECT_EQ(read().server, "https://192.0.2.10:6443");
    EXPECT_EQ(read().tls_server_name, "");
    EXPECT_EQ(point_kubeconfig(of_kubelet, "https://127.0.0.1:6444", ""), of_kubelet);
}

TEST_F(KubeconfigFile, IsNotPointedAnywhereIfItIsNoneOfOneCluster) {
    for (const auto* text : {"", "[]", "clusters: []", "clusters: [{name: a}]", "token: 'abc"}) {
        try {
            static_cast<void>(point_kubeconfig(text, "https://192.0.2.10:6443", ""));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.message().find("abc"), std::string::npos) << error.message();
        }
    }
}

} // namespace
} // namespace k8s_node
