// The `services` part of a component: units and their edges.
#include <algorithm>
#include <set>

#include "components/parts.hpp"
#include "components/service_parts.hpp"
#include "language/interpolate.hpp"
#include "unit/value.hpp"

namespace k8s_node {

namespace {

/// Takes one line of text in which only specifiers are special.
std::string take_line(MapReader& reader, const std::string& key, Diagnostics& diagnostics) {
    auto text = reader.take_text(key);
    require_writable(reader.at(key), diagnostics, [&] { return unit::Value::plain(text); });
    return text;
}

std::vector<std::string> take_units(MapReader& reader, const std::string& key,
                                    Diagnostics& diagnostics) {
    std::vector<std::string> units;
    for (const auto* name : reader.take_scalars(key)) {
        units.push_back(unit_name_at(name->text(), name->at(), diagnostics));
    }
    return units;
}

void read_sandbox(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    const auto sandbox = reader.take_text("sandbox", "none");
    service.strict_sandbox = sandbox == "strict";
    if (sandbox != "strict" && sandbox != "none") {
        diagnostics.add(reader.at("sandbox"), "unknown sandbox '" + sandbox + "'",
                        "write strict or none");
    }
}

/// Returns TimeoutStartSec= of `service:`, or nullptr.
const Tree* start_timeout(const Tree& service) {
    const auto* directives = service.find("service");
    for (const auto* key : {"TimeoutStartSec", "TimeoutSec"}) {
        const auto* timeout = directives == nullptr ? nullptr : directives->find(key);
        if (timeout != nullptr && timeout->is_scalar() && !timeout->text().empty()) {
            return timeout;
        }
    }
    return nullptr;
}

/// Reports every text of `tree` that names a credential.
void refuse_credentials(const Tree& tree, Diagnostics& diagnostics) {
    if (tree.text().find(credentials_directory_marker) != std::string::npos) {
        diagnostics.add(tree.at(), "${credential.…} has no meaning here",
                        "only a service's arguments, environment and probe can use it");
    }
    for (const auto& item : tree.items()) {
        refuse_credentials(item, diagnostics);
    }
    for (const auto& entry : tree.entries()) {
        refuse_credentials(Tree::scalar(entry.key, true, entry.key_at), diagnostics);
        refuse_credentials(entry.value, diagnostics);
    }
}

/// True for parts of a service in which systemd expands the credentials directory.
bool may_use_credentials(const std::string& key) {
    static const std::set<std::string> parts = {"arguments",   "flags", "start_pre",
                                                "environment", "ready", "wait_for"};
    return parts.contains(key);
}

ServiceSpec read_service(const std::string& component, const Tree::Entry& entry,
                         Diagnostics& diagnostics) {
    ServiceSpec service;
    service.component = component;
    service.unit = service_name_at(entry, diagnostics);
    service.source = entry.key_at.source ? entry.key_at.source->name : "";
    MapReader reader(entry.value, "service '" + entry.key + "'", diagnostics);
    for (const auto& part : entry.value.entries()) {
        if (!may_use_credentials(part.key)) {
            refuse_credentials(part.value, diagnostics);
        }
    }
    static_cast<void>(reader.require_text("description"));
    service.description = take_line(reader, "description", diagnostics);
    service.documentation = take_line(reader, "documentation", diagnostics);
    read_command_parts(reader, service, diagnostics);
    read_directives(reader, service, diagnostics);
    read_sandbox(reader, service, diagnostics);
    service.wants = take_units(reader, "wants", diagnostics);
    service.required = take_units(reader, "requires", diagnostics);
    service.after = take_units(reader, "after", diagnostics);
    service.before = take_units(reader, "before", diagnostics);
    if (const auto* ready = reader.take_map("ready")) {
        read_readiness(*ready, service, diagnostics);
    }
    if (const auto* wait_for = reader.take_map("wait_for")) {
        read_wait(*wait_for, service, diagnostics);
    }
    if (const auto* live = reader.take_map("live")) {
        read_liveness(*live, service, diagnostics);
    }
    fit_start_timeout(start_timeout(entry.value), service, diagnostics);
    reader.finish();
    return service;
}

} // namespace

void read_services(const std::string& component, const Tree& services, NodeSpec& spec,
                   Diagnostics& diagnostics) {
    for (const auto& entry : services.entries()) {
        auto service = read_service(component, entry, diagnostics);
        const bool taken = std::any_of(spec.services.begin(), spec.services.end(),
                                       [&](const auto& s) { return s.unit == service.unit; });
        if (taken) {
            diagnostics.add(entry.key_at, "two components declare " + service.unit);
        }
        spec.services.push_back(std::move(service));
    }
}

} // namespace k8s_node
