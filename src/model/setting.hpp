// Typed settings of components.
#pragma once

#include <map>

#include "model/tree.hpp"

namespace k8s_node {

enum class SettingType {
    text,
    boolean,
    integer,
    port,
    ip,
    ipv4, ///< a reachable address of a machine or a Service
    ips,  ///< a reachable address, or one of each family: "192.0.2.10,2001:db8::10"
    cidr,
    ipv4_cidr,
    cidrs, ///< a network, or one of each family: "10.244.0.0/16,fd00:10:244::/56"
    path,
    url,
    duration,
    choice,
    name, ///< DNS subdomain (RFC 1123), as Kubernetes demands of node names
    list, ///< of strings
};

/// A component's declaration of one of its settings.
struct SettingSpec {
    std::string component;
    std::string key;
    SettingType type = SettingType::text;
    std::optional<Tree> fallback; ///< default, may contain ${references}
    bool required = false;        ///< no `default` is declared: it must be set
    bool fixed = false;           ///< cannot change once the node is installed
    std::string doc;
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::vector<std::string> choices;
    std::string pattern;                 ///< extended regular expression for the whole value
    std::vector<std::string> inside;     ///< networks (settings) in which it must lie
    std::vector<std::string> apart_from; ///< networks and addresses with which it must not overlap
    /// Networks (settings): it begins with one for each of their families, in their order.
    std::vector<std::string> families_of;
    /// Like `families_of`, and it has no other family.
    std::vector<std::string> same_families;
    /// Networks ("component.key.ipv6") that it divides: it is the prefix length of a part.
    std::vector<std::string> prefix_of;
    Tree declared; ///< as written, including conditions
    Position at;
};

/// A resolved setting; `value.at()` is where it was set, `spec.at` where it is declared. A
/// setting with an empty default that nobody set has no value.
struct Setting {
    SettingSpec spec;
    std::optional<Tree> value;
};

/// By "component.key".
using Settings = std::map<std::string, Setting>;

} // namespace k8s_node
