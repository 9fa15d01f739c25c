#include "language/names.hpp"

#include <algorithm>
#include <numeric>

#include "model/node_spec.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Returns the part of `name` after `prefix`, or nullopt.
std::optional<std::string> after(const std::string& name, std::string_view prefix) {
    return name.starts_with(prefix) ? std::optional(name.substr(prefix.size())) : std::nullopt;
}

/// Returns the names that start with `prefix`, without it.
std::vector<std::string> members(const std::vector<std::string>& names, std::string_view prefix) {
    std::vector<std::string> out;
    for (const auto& name : names) {
        if (auto rest = after(name, prefix)) {
            out.push_back(*std::move(rest));
        }
    }
    return out;
}

std::string there_are(const std::string& what, const std::vector<std::string>& names) {
    return names.empty() ? "there are no " + what : what + ": " + join(names, ", ");
}

/// Returns the length of the longest part between dots: the others of a reference are mostly fixed
/// words, and those must not make any two names look alike.
std::size_t longest_part(const std::string& name) {
    const auto parts = split(name, '.');
    return std::accumulate(
        parts.begin(), parts.end(), std::size_t{0},
        [](std::size_t most, const auto& part) { return std::max(most, part.size()); });
}

} // namespace

std::optional<std::string> Names::text(const std::string& name) const {
    if (const auto fact = after(name, "host.")) {
        const auto found = host_.find(*fact);
        return found == host_.end() ? std::nullopt : std::optional(found->second);
    }
    if (const auto component = after(name, "has.")) {
        const auto found = components_.find(*component);
        return found == components_.end() ? std::nullopt
                                          : std::optional(found->second ? "true" : "false");
    }
    if (const auto config = after(name, "config.")) {
        return configs_.contains(*config)
                   ? std::optional(std::string(paths::current) + "/config/" + *config)
                   : std::nullopt;
    }
    if (const auto id = after(name, "credential.")) {
        return credentials_ && credentials_->contains(*id)
                   ? std::optional(std::string(1, credentials_directory_marker) + "/" + *id)
                   : std::nullopt;
    }
    if (const auto certificate = after(name, "certificate."); certificate && certificates_) {
        return certificate_text(*certificate);
    }
    const auto fixed = fixed_.find(name);
    return fixed == fixed_.end() ? std::nullopt : std::optional(fixed->second);
}

std::optional<std::string> Names::certificate_text(const std::string& member) const {
    constexpr std::string_view data = ".data";
    const auto name = member.substr(0, member.size() - std::min(member.size(), data.size()));
    const std::string marker(1, certificate_data_marker);
    return member.ends_with(data) && certificates_->contains(name)
               ? std::optional(marker + name + marker)
               : std::nullopt;
}

std::vector<std::string> Names::all() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : host_) {
        names.push_back("host." + name);
    }
    for (const auto& [name, value] : fixed_) {
        names.push_back(name);
    }
    for (const auto& [name, present] : components_) {
        names.push_back("has." + name);
    }
    for (const auto& name : configs_) {
        names.push_back("config." + name);
    }
    for (const auto& name : credentials_.value_or(std::set<std::string>())) {
        names.push_back("credential." + name);
    }
    for (const auto& name : certificates_.value_or(std::set<std::string>())) {
        names.push_back("certificate." + name + ".data");
    }
    return names;
}

std::string Names::hint(const std::string& name, const std::vector<std::string>& settings) const {
    if (name.starts_with("credential.") && !credentials_) {
        return "a credential has a path only inside its service";
    }
    if (name.starts_with("certificate.") && !certificates_) {
        return "only objects of the cluster can have a certificate in them";
    }
    auto names = all();
    names.insert(names.end(), settings.begin(), settings.end());
    const auto near = nearest_word(name, names, longest_part(name) / 3 + 1);
    return near ? "did you mean ${" + *near + "}?" : family_hint(name, settings);
}

std::string Names::family_hint(const std::string& name,
                               const std::vector<std::string>& settings) const {
    const auto family = name.substr(0, name.find('.'));
    const auto known = members(all(), family + ".");
    if (family == "config") {
        return there_are("configs of this node", known);
    }
    if (family == "credential") {
        return there_are("credentials of this service", known);
    }
    if (family == "certificate") {
        return there_are("certificates of this node", known);
    }
    if (family == "has") {
        return there_are("components", known);
    }
    if (family == "artifact") {
        return there_are("artifacts of this release", known);
    }
    if (family == "host") {
        return there_are("facts", known);
    }
    const auto component = components_.find(family);
    if (component != components_.end() && !component->second) {
        return "component '" + family + "' is not part of this node";
    }
    if (component != components_.end()) {
        return there_are("settings of '" + family + "'", members(settings, family + "."));
    }
    return "it must be ${component.setting} of a component of this node";
}

} // namespace k8s_node
