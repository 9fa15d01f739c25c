// Unit names in a component.
#include <algorithm>

#include "components/parts.hpp"
#include "components/service_parts.hpp"
#include "support/text.hpp"
#include "unit/escape.hpp"

namespace k8s_node {

namespace {

std::string suffix_of(const std::string& name) {
    const auto dot = name.rfind('.');
    return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

/// Reports a mistyped suffix: "x.servce" would become "x.servce.service".
bool is_suffix_slip(const std::string& name, const Position& at, Diagnostics& diagnostics) {
    const auto suffix = suffix_of(name);
    const auto near = unit::is_unit_type(suffix) || suffix.size() < 4
                          ? std::nullopt
                          : nearest_word(suffix, unit::all_unit_types(), 2);
    if (near) {
        diagnostics.add(at, "'" + name + "' is not a valid unit name",
                        "did you mean '" + name.substr(0, name.rfind('.') + 1) + *near + "'?");
    }
    return near.has_value();
}

} // namespace

std::string unit_name(const std::string& name) {
    return unit::is_unit_type(suffix_of(name)) ? name : name + ".service";
}

std::string unit_name_at(const std::string& name, const Position& at, Diagnostics& diagnostics) {
    auto unit = unit_name(name);
    if (!is_suffix_slip(name, at, diagnostics)) {
        require_writable(at, diagnostics, [&] { return unit::require_valid_name(unit); });
    }
    return unit;
}

std::string service_name_at(const Tree::Entry& service, Diagnostics& diagnostics) {
    auto unit = unit_name_at(service.key, service.key_at, diagnostics);
    if (!unit.ends_with(".service")) {
        diagnostics.add(service.key_at,
                        "'" + service.key + "' cannot be a service: its unit would be a ." +
                            suffix_of(unit),
                        "name it '" + service.key.substr(0, service.key.rfind('.')) +
                            "'; other kinds of units can be written as 'files'");
    } else if (service.key.find('@') != std::string::npos) {
        diagnostics.add(service.key_at,
                        "'" + service.key +
                            "' cannot be a service: templates and instances are not supported",
                        "give each service its own name");
    }
    return unit;
}

} // namespace k8s_node
