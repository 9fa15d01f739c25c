#include "resolve/supported.hpp"

#include <algorithm>

#include "language/expand.hpp"

namespace k8s_node {

namespace {

/// The subject of a clause: "etcd 3.5.21" and where the release says so.
struct Subject {
    std::string text;
    Position at;
};

/// Returns the name in the first ${reference} of a clause.
std::string first_reference(const std::string& clause) {
    const auto start = clause.find("${");
    const auto end = clause.find('}', start);
    return start == std::string::npos || end == std::string::npos
               ? std::string()
               : clause.substr(start + 2, end - start - 2);
}

/// Returns the release's name for an artifact to which a profile may give another name.
std::string actual_name(const Composition& composition, const std::string& logical) {
    std::string actual = logical;
    for (const auto& [name, named] : composition.artifact_names) {
        actual = name == logical ? named.name : actual;
    }
    return actual;
}

/// Returns "etcd" of "artifact.etcd.version".
std::optional<std::string> artifact_in(std::string_view reference) {
    constexpr std::string_view prefix = "artifact.";
    constexpr std::string_view suffix = ".version";
    if (!reference.starts_with(prefix) || !reference.ends_with(suffix)) {
        return std::nullopt;
    }
    reference.remove_prefix(prefix.size());
    return std::string(reference.substr(0, reference.size() - suffix.size()));
}

/// Returns nullopt for a clause about something other than the release.
std::optional<Subject> subject_of(const std::string& clause, const Release& release,
                                  const Composition& composition) {
    const auto reference = first_reference(clause);
    if (reference == "kubernetes.version") {
        return Subject{"Kubernetes " + release.name, release.name_at};
    }
    const auto logical = artifact_in(reference);
    const auto name = logical ? actual_name(composition, *logical) : std::string();
    const auto artifact = std::find_if(release.artifacts.begin(), release.artifacts.end(),
                                       [&](const auto& each) { return each.name == name; });
    return artifact == release.artifacts.end()
               ? std::nullopt
               : std::optional(
                     Subject{artifact->name + " " + artifact->version, artifact->version_at});
}

void report(const ComponentDefinition& component, const NamedAt& clause,
            const std::optional<Subject>& subject, Diagnostics& diagnostics) {
    if (!subject) {
        diagnostics.add(clause.at, "component '" + component.name +
                                       "' does not support this machine: it needs " + clause.name);
        return;
    }
    diagnostics.add(subject->at,
                    subject->text + " is not supported: component '" + component.name + "' needs " +
                        clause.name,
                    "choose a release that has it; declared in " + clause.at.text());
}

} // namespace

void check_supported(const Release& release, const Composition& composition, Scope& before_settings,
                     Diagnostics& diagnostics) {
    for (const auto& component : composition.components) {
        for (const auto& clause : component.supports) {
            const auto tree = Tree::scalar(clause.name, true, clause.at);
            const auto holds = clause_holds("supports", tree, before_settings, diagnostics);
            if (holds == false) {
                report(component, clause, subject_of(clause.name, release, composition),
                       diagnostics);
            }
        }
    }
}

} // namespace k8s_node
