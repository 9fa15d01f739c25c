#include "resolve/body.hpp"

#include "language/expand.hpp"

namespace k8s_node {

namespace {

/// Returns the names of all entries of a part, of all components: "configs" that will be written,
/// before any text is expanded, since texts refer to them.
std::set<std::string> names_in(const char* part, const Composition& composition, Scope& scope) {
    std::set<std::string> names;
    for (const auto& component : composition.components) {
        if (const auto* entries = component.body.find(part)) {
            names.merge(active_keys(*entries, scope));
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

std::optional<Tree::Entry> expand_objects(const Tree::Entry& objects,
                                          const std::set<std::string>& certificates, Scope& scope,
                                          Diagnostics& diagnostics) {
    scope.names().set_certificates(certificates);
    auto expanded = expand_entry(objects, scope, diagnostics);
    scope.names().set_certificates(std::nullopt);
    return expanded;
}

Tree expand_body(const Tree& body, const std::set<std::string>& certificates, Scope& scope,
                 Diagnostics& diagnostics) {
    Tree out = Tree::map(body.at());
    for (const auto& part : body.entries()) {
        if (part.key == "services" && part.value.is_map()) {
            out.entries().push_back(
                {part.key, part.key_at, expand_services(part.value, scope, diagnostics)});
        } else if (auto expanded = part.key == "objects"
                                       ? expand_objects(part, certificates, scope, diagnostics)
                                       : expand_entry(part, scope, diagnostics)) {
            out.entries().push_back(*std::move(expanded));
        }
    }
    return out;
}

} // namespace

std::vector<Tree> expand_bodies(const Composition& composition, Scope& scope,
                                Diagnostics& diagnostics) {
    scope.names().set_configs(names_in("configs", composition, scope));
    const auto certificates = names_in("certificates", composition, scope);
    std::vector<Tree> bodies;
    for (const auto& component : composition.components) {
        bodies.push_back(expand_body(component.body, certificates, scope, diagnostics));
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
