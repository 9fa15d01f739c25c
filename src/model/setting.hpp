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
    ipv4, ///< of a machine or a Service: one that can be reached
    cidr,
    ipv4_cidr,
    path,
    url,
    duration,
    choice,
    name, ///< DNS subdomain (RFC 1123), as Kubernetes demands of node names
    list, ///< of texts
};

/// What a component says about one of its settings.
struct SettingSpec {
    std::string component;
    std::string key;
    SettingType type = SettingType::text;
    std::optional<Tree> fallback; ///< default, may hold ${references}
    bool required = false;        ///< no `default` is declared: someone must set it
    bool fixed = false;           ///< cannot change once the node is installed
    std::string doc;
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::vector<std::string> choices;
    std::string pattern;                 ///< extended regular expression for all of a text
    std::vector<std::string> inside;     ///< networks (settings) in which it must lie
    std::vector<std::string> apart_from; ///< networks and addresses with which it must share none
    Tree declared;                       ///< as written, conditions and all
    Position at;
};

/// A resolved setting; `value.at()` is where it was set, `spec.at` where it is
/// declared. A setting with an empty default that no one set has no value.
struct Setting {
    SettingSpec spec;
    std::optional<Tree> value;
};

/// By "component.key".
using Settings = std::map<std::string, Setting>;

} // namespace k8s_node
