// Renders a generation as the program does, on a machine that is always the
// same:
//
//     golden_render PROFILES RELEASE-FILE PROFILE OUT
#include "render/render.hpp"

#include <cstdio>

#include "components/definitions.hpp"
#include "shipped.hpp"
#include "support/files.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

/// What an operator must say for a node that no default can know.
std::string node_yaml(const std::string& profile) {
    return "profile: " + profile + "\n" +
           (profile == "worker" ? "settings:\n"
                                  "  cluster: {endpoint: 'https://192.0.2.1:6443'}\n"
                                  "  bridge-network: {node_cidr: 10.244.7.0/24}\n"
                                : "");
}

Generation generation_of(const fs::path& profiles, const fs::path& release,
                         const std::string& profile) {
    auto input = test::shipped_input(profiles, release);
    Diagnostics diagnostics;
    const auto node = std::make_shared<const SourceText>(
        SourceText{"node configuration", "node.yaml", node_yaml(profile)});
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
