// The names that configuration may refer to, and their values.
#pragma once

#include <map>
#include <set>

#include "config/interpolate.hpp"
#include "model/node_spec.hpp"

namespace k8s_node {

/// Facts about the machine by name, for ${host.NAME}.
using HostValues = std::map<std::string, std::string>;

/// Resolves references. Settings are resolved on demand, so that defaults may
/// refer to each other in any order; a cycle is reported once, where it closes.
class Scope {
public:
    Scope(Settings settings, HostValues host, std::set<std::string> components,
          Diagnostics& diagnostics);

    /// Adds a fixed name, e.g. "artifact.etcd.path".
    void define(const std::string& name, std::string value);

    /// The value of a reference as text (lists joined by commas); reports
    /// nothing for an unknown name.
    [[nodiscard]] std::optional<std::string> text(const std::string& name);

    /// The value of a setting as a tree that keeps its type, or nullptr if
    /// `name` is no setting with a value.
    [[nodiscard]] const Tree* tree(const std::string& name);

    [[nodiscard]] Lookup lookup();

    /// Resolves every setting, checks its type and returns the table.
    [[nodiscard]] Settings finish();

private:
    void resolve(Setting& setting, const std::string& name);
    [[nodiscard]] Tree resolved(const Tree& raw);
    [[nodiscard]] std::optional<std::string> host_of(const std::string& name, std::size_t dot);
    void check(const Setting& setting, const std::string& name);

    Settings settings_;
    HostValues host_;
    std::set<std::string> components_;
    std::map<std::string, std::string> fixed_;
    std::set<std::string> in_progress_;
    std::set<std::string> done_;
    std::set<std::string> broken_; ///< reported, or built from such a setting
    bool met_broken_ = false;      ///< the value being resolved is built from one
    Diagnostics& diagnostics_;
};

} // namespace k8s_node
