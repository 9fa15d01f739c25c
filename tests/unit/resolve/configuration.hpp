// Configuration from texts, as the files of a machine would hold it.
#pragma once

#include <string>
#include <vector>

#include "components/definitions.hpp"
#include "resolve/resolve.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node::test {

inline Source source_of(const std::string& name, const std::string& text,
                        const std::string& layer = "test") {
    return std::make_shared<const SourceText>(SourceText{layer, name, text});
}

inline Tree tree_of(const std::string& text) {
    Diagnostics diagnostics;
    auto tree = parse_yaml(source_of("t.yaml", text), diagnostics);
    diagnostics.throw_if_any();
    return tree;
}

/// What `body` has to say, or "" if it finds nothing wrong.
template <typename Body>
std::string complaint_of(Body body) {
    try {
        Diagnostics diagnostics;
        body(diagnostics);
        diagnostics.throw_if_any();
    } catch (const ConfigurationError& error) {
        return error.message();
    }
    return "";
}

/// Collects definitions, then resolves them. Files are named by what they hold.
class Machine {
public:
    Machine() {
        input_.host = {{"name", "n1"},
                       {"address", "192.0.2.10"},
                       {"address_ipv4", "192.0.2.10"},
                       {"address_ipv6", ""},
                       {"architecture", "amd64"},
                       {"resolv_conf", "/etc/resolv.conf"},
                       {"has_name_server", "true"},
                       {"kernel_version", "6.1.0"},
                       {"cgroup_version", "2"},
                       {"restrict_oom_score_adj", "false"},
                       {"conntrack_max_per_core", "32768"},
                       {"program", "/usr/bin/k8s-node-install"}};
        input_.release.name = "1.36.5";
        input_.release.pause_image = "registry.k8s.io/pause:3.10";
    }
    Machine& component(const std::string& text, const std::string& name = "component.yaml") {
        input_.components.push_back(read_component(parse(name, text, "component"), diagnostics_));
        return *this;
    }
    Machine& profile(const std::string& text) {
        input_.profiles.push_back(
            read_profile(parse("profile.yaml", text, "profile"), diagnostics_));
        return *this;
    }
    Machine& node(const std::string& text, const std::string& name = "node.yaml") {
        input_.layers.push_back(
            read_node_configuration(parse(name, text, "node configuration"), diagnostics_));
        return *this;
    }
    Machine& set(const std::string& assignment) {
        input_.layers.push_back(read_assignment(assignment, diagnostics_));
        return *this;
    }
    Machine& release(const std::string& text) {
        input_.release = read_release(parse("release.yaml", text, "release"), diagnostics_);
        return *this;
    }
    Machine& installed(const std::string& name, const std::string& value) {
        input_.installed.source = source_of("ledger.json", "", "installed node");
        input_.installed.values[name] = value;
        return *this;
    }
    [[nodiscard]] NodeSpec resolve() const {
        diagnostics_.throw_if_any();
        return k8s_node::resolve(input_);
    }
    [[nodiscard]] std::string complaint() const {
        return complaint_of([this](Diagnostics&) { static_cast<void>(resolve()); });
    }

private:
    Tree parse(const std::string& name, const std::string& text,
               const std::string& layer = "test") {
        return parse_yaml(source_of(name, text, layer), diagnostics_);
    }

    ResolveInput input_;
    Diagnostics diagnostics_;
};

/// A node of one component `app`, chosen by the profile `p`.
inline Machine machine_with(const std::string& component) {
    Machine machine;
    machine.component(component).profile("profile: p\ncomponents: [app]\n").node("profile: p\n");
    return machine;
}

} // namespace k8s_node::test
