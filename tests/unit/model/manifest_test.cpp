#include <gtest/gtest.h>

#include "model/manifest.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {
namespace {

Manifest example() {
    return {
        .profile = "master",
        .release = "1.36",
        .kubernetes_version = "1.36.5",
        .architecture = "amd64",
        .node_name = "n\xc5\xbc \"1\"",
        .store_entries = {"/opt/k8s-node/store/etcd-3.6.5-0123456789ab"},
        .units = {{.name = "etcd.service",
                   .component = "etcd",
                   .source = "/usr/share/k8s-node/components/etcd.yaml",
                   .wants = {"network-online.target"},
                   .required = {"containerd.service"},
                   .after = {"network-online.target", "containerd.service"},
                   .before = {"kube-apiserver.service"},
                   .in_target = false},
                  {.name = "kubelet.service", .component = "kubelet", .source = "/k.yaml"}},
        .host_files = {"/etc/sysctl.d/90-k8s-node.conf", "/etc/kubernetes/kube-proxy.conf"},
        .host_modes = {{"/etc/kubernetes/kube-proxy.conf", 0600}},
        .cluster = {.admin_kubeconfig = "/etc/kubernetes/super-admin.conf",
                    .node_kubeconfig = "/etc/kubernetes/kubelet.conf",
                    .pod_cidr = "10.244.0.0/24",
                    .node_labels = {{"node-role.kubernetes.io/control-plane", ""}}},
        .components = {{"etcd", {{"etcd", "3.6.5"}}}, {"sysctl", {}}},
    };
}

std::string message_of(std::string_view text) {
    try {
        static_cast<void>(parse_manifest(text, "/g/manifest.json"));
    } catch (const Error& error) {
        return error.message();
    }
    return "";
}

std::string with(std::string_view from, std::string_view to) {
    const auto text = write_manifest(example());
    const auto changed = replace_all(text, from, to);
    EXPECT_NE(text, changed) << from;
    return changed;
}

TEST(Manifest, IsReadBackAsItWasWritten) {
    const auto text = write_manifest(example());
    EXPECT_EQ(parse_manifest(text, "m"), example());
    EXPECT_EQ(write_manifest(parse_manifest(text, "m")), text);
    EXPECT_EQ(parse_manifest(write_manifest({}), "m"), Manifest{});
}

TEST(Manifest, BeginsWithItsFormat) {
    EXPECT_TRUE(write_manifest({}).starts_with("{\n  \"format\": 1,\n"));
}

TEST(Manifest, PassesOverKeysOfLaterPrograms) {
    EXPECT_EQ(parse_manifest(with("\"profile\":", "\"news\": [1], \"profile\":"), "m"), example());
}

TEST(Manifest, OfAnOlderProgramHasNoModesNoClusterAndNoComponents) {
    auto older = example();
    older.host_modes.clear();
    older.cluster = {};
    older.components.clear();
    auto text = write_manifest(older);
    text.erase(text.find(",\n  \"host_modes\""));
    EXPECT_EQ(parse_manifest(text + "}", "m"), older);
}

TEST(Manifest, OfANewerFormatIsRefusedWhateverElseIsInIt) {
    EXPECT_EQ(
        message_of("{\"format\": 2}"),
        "/g/manifest.json was written by a newer k8s-node-install (format 2, this one knows 1)");
}

TEST(Manifest, SaysWhatIsWrong) {
    EXPECT_EQ(message_of(""), "/g/manifest.json is not JSON (at byte 1)");
    EXPECT_EQ(message_of("{\"format\": \xff"), "/g/manifest.json is not JSON (at byte 12)");
    EXPECT_EQ(message_of("{\"format\": 1e999}"),
              "/g/manifest.json holds a number that is too large for a manifest");
    EXPECT_EQ(message_of("[]"), "/g/manifest.json is not a JSON object");
    EXPECT_EQ(message_of("{}"), "/g/manifest.json has no 'format'");
    EXPECT_EQ(message_of("{\"format\": \"1\"}"), "/g/manifest.json: 'format' is not an integer");
    EXPECT_EQ(message_of("{\"format\": 0}"), "/g/manifest.json: 0 is not a manifest format");
    EXPECT_EQ(message_of(with("\"in_target\": true", "\"in_target\": 1")),
              "/g/manifest.json: units[1]: 'in_target' is not true or false");
    EXPECT_EQ(message_of(with("\"after\": []", "\"after\": [3]")),
              "/g/manifest.json: units[1]: 'after' is not a list of strings");
    EXPECT_EQ(message_of(with("\"requires\"", "\"require\"")),
              "/g/manifest.json: units[0] has no 'requires'");
    EXPECT_EQ(message_of(with("\"0600\"", "\"rw-------\"")),
              "/g/manifest.json: 'rw-------' is not a valid file mode");
    EXPECT_EQ(message_of(with("\"units\": [", "\"units\": [0, ")),
              "/g/manifest.json: units[0] is not a JSON object");
}

TEST(Manifest, HoldsUtf8Only) {
    EXPECT_THROW(static_cast<void>(write_manifest({.profile = "\xff"})), Error);
}

TEST(Manifest, SurvivesDeepNesting) {
    EXPECT_NE(message_of(std::string(200000, '[')), "");
    EXPECT_NE(message_of(std::string(200000, '[') + std::string(200000, ']')), "");
}

} // namespace
} // namespace k8s_node
