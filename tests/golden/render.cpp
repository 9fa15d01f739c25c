// Renders a generation as the program does, on a machine that is always the
// same:
//
//     golden_render PROFILES RELEASE-FILE PROFILE OUT [SETTING]
//
// SETTING is one of the component cluster, such as "network: flannel", "components: hardened", or
// "etcd: join" for a member of etcd that enters a database.
#include "render/render.hpp"

#include <cstdio>

#include "components/definitions.hpp"
#include "shipped.hpp"
#include "support/files.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

/// What an operator or join data must say for a node that no default can know.
std::string node_yaml(const std::string& profile, const std::string& setting) {
    if (setting == "etcd: join") {
        return "profile: " + profile +
               "\nsettings: {etcd: {join: true, peers: [\"https://192.0.2.11:2379\"]}}\n";
    }
    const bool joins = profile == "worker";
    const bool is_hardened = setting == "components: hardened";
    return "profile: " + profile + (is_hardened ? "\ncomponents: [hardened]" : "") +
           "\nsettings:\n  cluster:\n" + (joins ? "    endpoint: https://192.0.2.1:6443\n" : "") +
           (joins && !setting.starts_with("network:") ? "    network: flannel\n" : "") +
           (setting.empty() || is_hardened ? "" : "    " + setting + "\n");
}

Generation generation_of(const fs::path& profiles, const fs::path& release,
                         const std::string& profile, const std::string& setting) {
    auto input = test::shipped_input(profiles, release);
    Diagnostics diagnostics;
    const auto node = std::make_shared<const SourceText>(
        SourceText{"node configuration", "node.yaml", node_yaml(profile, setting)});
    input.layers.push_back(read_node_configuration(parse_yaml(node, diagnostics), diagnostics));
    diagnostics.throw_if_any();
    return render(resolve(input), test::program);
}

void write(const Generation& generation, const fs::path& out) {
    for (const auto& [path, content] : generation.files) {
        make_directories((out / path).parent_path());
        write_file_atomically(out / path, content, {0644, ::geteuid(), ::getegid()});
    }
}

} // namespace
} // namespace k8s_node

int main(int argc, char** argv) {
    if (argc != 5 && argc != 6) {
        std::fputs("usage: golden_render PROFILES RELEASE-FILE PROFILE OUT [SETTING]\n", stderr);
        return 2;
    }
    try {
        k8s_node::write(
            k8s_node::generation_of(argv[1], argv[2], argv[3], argc == 6 ? argv[5] : ""), argv[4]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
