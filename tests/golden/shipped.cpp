#include "shipped.hpp"

#include <algorithm>

#include "components/definitions.hpp"
#include "support/files.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node::test {

namespace {

namespace fs = std::filesystem;

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

HostValues host() {
    return {{"name", "n1"},
            {"address", "192.0.2.10"},
            {"address_ipv4", "192.0.2.10"},
            {"address_ipv6", ""},
            {"architecture", "amd64"},
            {"resolv_conf", "/run/systemd/resolve/resolv.conf"},
            {"has_name_server", "true"},
            {"kernel_version", "6.1.0"},
            {"cgroup_version", "2"},
            {"restrict_oom_score_adj", "false"},
            {"conntrack_max_per_core", "32768"},
            {"container", ""},
            {"program", program}};
}

} // namespace

ResolveInput shipped_input(const fs::path& profiles, const fs::path& release) {
    Diagnostics diagnostics;
    ResolveInput input;
    each_file(profiles / "components", "components/", diagnostics, [&](const Tree& tree) {
        input.components.push_back(read_component(tree, diagnostics));
    });
    each_file(profiles, "", diagnostics,
              [&](const Tree& tree) { input.profiles.push_back(read_profile(tree, diagnostics)); });
    input.release = read_release(parse(release, "release.yaml", diagnostics), diagnostics);
    input.host = host();
    diagnostics.throw_if_any();
    return input;
}

} // namespace k8s_node::test
