// Renders a generation as the program does, on a machine that is always the
// same:
//
//     golden_render PROFILES RELEASE-FILE PROFILE OUT
//
// The names of files are given without their directories, so that the result
// does not depend on where the source tree lies.
#include "render/render.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "config/definitions.hpp"
#include "config/resolve.hpp"
#include "config/yaml.hpp"
#include "support/files.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

constexpr const char* program = "/usr/bin/k8s-node-install";
constexpr const char* data = "/usr/share/k8s-node/";

Tree parse(const fs::path& path, const std::string& name, Diagnostics& diagnostics) {
    return parse_yaml(
        std::make_shared<const SourceText>(SourceText{"shipped", data + name, read_file(path)}),
        diagnostics);
}

/// Calls `read` with the tree of each *.yaml of a directory, by name.
template <typename Read>
void each_file(const fs::path& directory, const std::string& prefix, Diagnostics& diagnostics,
               Read read) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == ".yaml") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    for (const auto& path : files) {
        read(parse(path, prefix + path.filename().string(), diagnostics));
    }
}

/// What an operator must say for a node that no default can know.
std::string node_yaml(const std::string& profile) {
    return "profile: " + profile + "\n" +
           (profile == "worker" ? "settings:\n"
                                  "  cluster: {endpoint: 'https://192.0.2.1:6443'}\n"
                                  "  bridge-network: {node_cidr: 10.244.7.0/24}\n"
                                : "");
}

HostValues host() {
    return {{"name", "n1"},
            {"address", "192.0.2.10"},
            {"architecture", "amd64"},
            {"resolv_conf", "/run/systemd/resolve/resolv.conf"},
            {"cgroup_version", "2"},
            {"restrict_oom_score_adj", "false"},
            {"conntrack_max_per_core", "32768"},
            {"container", ""},
            {"program", program}};
}

Generation generation_of(const fs::path& profiles, const fs::path& release,
                         const std::string& profile) {
    Diagnostics diagnostics;
    ResolveInput input;
    each_file(profiles / "components", "components/", diagnostics, [&](const Tree& tree) {
        input.components.push_back(read_component(tree, diagnostics));
    });
    each_file(profiles, "", diagnostics,
              [&](const Tree& tree) { input.profiles.push_back(read_profile(tree, diagnostics)); });
    input.release = read_release(parse(release, "release.yaml", diagnostics), diagnostics);
    const auto node = std::make_shared<const SourceText>(
        SourceText{"node configuration", "node.yaml", node_yaml(profile)});
    input.layers.push_back(read_node_configuration(parse_yaml(node, diagnostics), diagnostics));
    input.host = host();
    diagnostics.throw_if_any();
    return render(resolve(input), program);
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
    if (argc != 5) {
        std::fputs("usage: golden_render PROFILES RELEASE-FILE PROFILE OUT\n", stderr);
        return 2;
    }
    try {
        k8s_node::write(k8s_node::generation_of(argv[1], argv[2], argv[3]), argv[4]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
