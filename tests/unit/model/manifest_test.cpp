#include <chrono>

#include <gtest/gtest.h>

#include "model/manifest.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {
namespace {

Probe probe() {
    auto probe = Probe::parse("https://127.0.0.1:2379/health");
    probe.ca_file = "/etc/kubernetes/pki/etcd/ca.crt";
    probe.body_contains = "\"health\"";
    probe.deadline = std::chrono::seconds(150);
    return probe;
}

Manifest example() {
    return {
        .profile = "master",
        .release = "1.36",
        .kubernetes_version = "1.36.5",
        .architecture = "amd64",
        .node_name = "n\xc5\xbc \"1\"",
        .node_address = "10.0.0.1",
        .store_entries = {"/opt/k8s-node/store/etcd-3.6.5-0123456789ab"},
        .units = {{.name = "etcd.service",
                   .component = "etcd",
                   .source = "/usr/share/k8s-node/components/etcd.yaml",
                   .wants = {"network-online.target"},
                   .required = {"containerd.service"},
                   .after = {"network-online.target", "containerd.service"},
                   .before = {"kube-apiserver.service"},
                   .in_target = false,
                   .ready = probe(),
                   .live = LiveProbe{.url = "http://127.0.0.1:2381/livez",
                                     .any_answer = true,
                                     .timeout = std::chrono::seconds(9)},
                   .inputs = {{"/etc/kubernetes/pki/etcd/ca.crt", ""},
                              {"/etc/kubernetes/pki/etcd/server.key", "/etc/etcd.conf"}},
                   .rollout = {.last = true, .after = {"kubelet.service"}}},
                  {.name = "kubelet.service", .component = "kubelet", .source = "/k.yaml"}},
        .host_files = {"/etc/sysctl.d/90-k8s-node.conf", "/etc/kubernetes/kube-proxy.conf"},
        .host_modes = {{"/etc/kubernetes/kube-proxy.conf", 0600}},
        .cluster = {.admin_kubeconfig = "/etc/kubernetes/super-admin.conf",
                    .node_kubeconfig = "/etc/kubernetes/kubelet.conf",
                    .pod_cidr = "10.244.0.0/24",
                    .node_labels = {{"node-role.kubernetes.io/control-plane", ""}}},
        .components = {{"etcd", {{"etcd", "3.6.5"}}}, {"sysctl", {}}},
        .provided = {.etcd = EtcdMember{.unit = "etcd.service",
                                        .version = "3.6.5",
                                        .tools = "/opt/k8s-node/store/etcd-3.6.5-0123456789ab/bin",
                                        .endpoint = "https://127.0.0.1:2379",
                                        .ca = "/a",
                                        .certificate = "/b",
                                        .key = "/c",
                                        .data = "/var/lib/etcd",
                                        .user = "etcd",
                                        .identity = {"--name=n1"}},
                     .api_server = ApiServerInstance{"kube-apiserver.service", "10.0.0.1"},
                     .kubelet = KubeletInstance{"kubelet.service", false, "https://127.0.0.1:6444",
                                                "kubernetes"},
                     .controllers = {"kube-scheduler.service"},
                     .node_agents = {"kube-proxy.service"}},
        .objects = {{"objects/00.json",
                     "v1 ConfigMap kube-public/cluster-info",
                     {{"/data/kubeconfig", "${certificate.ca.data}", "/pki/ca.crt"}}}},
        .fixed = {{"node.name", "n1"}},
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
    EXPECT_TRUE(write_manifest({}).starts_with("{\n  \"format\": 2,\n"));
}

TEST(Manifest, PassesOverKeysOfLaterPrograms) {
    EXPECT_EQ(parse_manifest(with("\"profile\":", "\"news\": [1], \"profile\":"), "m"), example());
}

TEST(Manifest, OfFormatOneHasNoMoreThanEdges) {
    const auto text = R"({"format": 1, "profile": "single", "release": "1.36.5",
        "kubernetes_version": "1.36.5", "architecture": "amd64", "node_name": "n1",
        "store_entries": [], "host_files": [], "units": [{"name": "x.service", "component": "x",
        "source": "/x.yaml", "wants": [], "requires": [], "after": ["y.service"], "before": [],
        "in_target": true}]})";
    const auto manifest = parse_manifest(text, "m");
    EXPECT_EQ(manifest.format, 1);
    ASSERT_EQ(manifest.units.size(), 1U);
    EXPECT_EQ(
        manifest.units[0],
        (UnitEntry{
            .name = "x.service", .component = "x", .source = "/x.yaml", .after = {"y.service"}}));
    EXPECT_EQ(manifest.provided, Provided{});
}

TEST(Manifest, OfFormatTwoMustBeComplete) {
    EXPECT_EQ(message_of(with("\"provides\"", "\"provide\"")),
              "/g/manifest.json has no 'provides'");
    EXPECT_EQ(message_of(with("\"inputs\"", "\"input\"")),
              "/g/manifest.json: units[0] has no 'inputs'");
    EXPECT_EQ(message_of(with("\"tools\": \"/opt", "\"tool\": \"/opt")),
              "/g/manifest.json: provides: etcd has no 'tools'");
}

TEST(Manifest, OfANewerFormatIsRefusedWhateverElseIsInIt) {
    EXPECT_EQ(
        message_of("{\"format\": 3}"),
        "/g/manifest.json was written by a newer k8s-node-install (format 3, this one knows 2)");
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
