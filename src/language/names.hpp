// The names that a ${reference} may use besides settings, and the hint for an unknown one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "language/interpolate.hpp"

namespace k8s_node {

/// Facts about the machine by name, for ${host.NAME}.
using HostValues = std::map<std::string, std::string>;

class Names {
public:
    explicit Names(HostValues host) : host_(std::move(host)) {}

    /// Defines a fixed name, e.g. "artifact.etcd.path".
    void define(const std::string& name, std::string value) { fixed_[name] = std::move(value); }
    /// For ${has.NAME}: all components, true for those of this node.
    void set_components(std::map<std::string, bool> components) {
        components_ = std::move(components);
    }
    /// For ${config.NAME}.
    void set_configs(std::set<std::string> configs) { configs_ = std::move(configs); }
    /// For ${credential.ID}: the credentials of the service that is being read, or nullopt
    /// outside services.
    void set_credentials(std::optional<std::set<std::string>> credentials) {
        credentials_ = std::move(credentials);
    }

    /// For ${certificate.NAME.data}: the certificates of this node while its objects of the cluster
    /// are read, or nullopt.
    void set_certificates(std::optional<std::set<std::string>> certificates) {
        certificates_ = std::move(certificates);
    }

    [[nodiscard]] std::optional<std::string> text(const std::string& name) const;

    /// Returns a hint for the unknown `name`; `settings` are all "component.key" of this node.
    [[nodiscard]] std::string hint(const std::string& name,
                                   const std::vector<std::string>& settings) const;

private:
    [[nodiscard]] std::optional<std::string> certificate_text(const std::string& member) const;
    [[nodiscard]] std::vector<std::string> all() const;
    [[nodiscard]] std::string family_hint(const std::string& name,
                                          const std::vector<std::string>& settings) const;

    HostValues host_;
    std::map<std::string, std::string> fixed_;
    std::map<std::string, bool> components_;
    std::set<std::string> configs_;
    std::optional<std::set<std::string>> credentials_;
    std::optional<std::set<std::string>> certificates_;
};

} // namespace k8s_node
