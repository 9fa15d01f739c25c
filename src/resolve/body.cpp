#include "resolve/body.hpp"

#include "language/expand.hpp"

namespace k8s_node {

namespace {

/// Returns the names of all configs that will be written, before any text is expanded, since
/// texts refer to them.
std::set<std::string> config_names(const Composition& composition, Scope& scope) {
    std::set<std::string> names;
    for (const auto& component : composition.components) {
        if (const auto* configs = component.body.find("configs")) {
            names.merge(active_keys(*configs, scope));
        }
    }
    return names;
}

std::optional<Tree::Entry> expand_service(const Tree::Entry& service, Scope& scope,
                                          Diagnostics& diagnostics) {
    const auto* credentials = service.value.find("credentials");
    scope.names().set_credentials(
        active_keys(credentials == nullptr ? Tree() : *credentials, scope));
    auto expanded = expand_entry(service, scope, diagnostics);
    scope.names().set_credentials(std::nullopt);
    return expanded;
}

Tree expand_services(const Tree& services, Scope& scope, Diagnostics& diagnostics) {
    Tree out = Tree::map(services.at());
    for (const auto& service : services.entries()) {
        if (auto expanded = expand_service(service, scope, diagnostics)) {
            add_entry(out, *std::move(expanded), diagnostics);
        }
    }
    return out;
}

Tree expand_body(const Tree& body, Scope& scope, Diagnostics& diagnostics) {
    Tree out = Tree::map(body.at());
    for (const auto& part : body.entries()) {
        if (part.key == "services" && part.value.is_map()) {
            out.entries().push_back(
                {part.key, part.key_at, expand_services(part.value, scope, diagnostics)});
        } else if (auto expanded = expand_entry(part, scope, diagnostics)) {
            out.entries().push_back(*std::move(expanded));
        }
    }
    return out;
}

} // namespace

std::vector<Tree> expand_bodies(const Composition& composition, Scope& scope,
                                Diagnostics& diagnostics) {
    scope.names().set_configs(config_names(composition, scope));
    std::vector<Tree> bodies;
    for (const auto& component : composition.components) {
        bodies.push_back(expand_body(component.body, scope, diagnostics));
    }
    return bodies;
}

void list_values(const std::string& name, const Tree& body, std::vector<NamedValue>& out) {
    if (!body.is_list() && !body.is_map()) {
        out.push_back({name, body});
    }
    for (std::size_t i = 0; i < body.items().size(); ++i) {
        list_values(name + "[" + std::to_string(i) + "]", body.items()[i], out);
    }
    for (const auto& entry : body.entries()) {
        list_values(name + "." + entry.key, entry.value, out);
    }
}

} // namespace k8s_node
