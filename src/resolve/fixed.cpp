#include "resolve/fixed.hpp"

#include <algorithm>

#include "language/blame.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

struct Difference {
    std::string name;
    const Tree* value;
    std::string installed;
};

std::vector<Difference> differences(const Settings& settings, const InstalledValues& installed) {
    std::vector<Difference> found;
    for (const auto& [name, value] : installed.values) {
        const auto setting = settings.find(name);
        if (setting != settings.end() && setting->second.spec.fixed && setting->second.value &&
            setting->second.value->text() != value) {
            found.push_back({name, &*setting->second.value, value});
        }
    }
    return found;
}

/// True if a default is literally this value: then the default is still its origin.
bool is_literally(const std::optional<Tree>& fallback, const std::string& value) {
    return fallback && fallback->is_scalar() && fallback->text() == value;
}

} // namespace

void keep_installed(const InstalledValues& installed, Composition& composition) {
    for (auto& component : composition.components) {
        for (auto& setting : component.settings) {
            const auto found = installed.values.find(component.name + "." + setting.key);
            if (setting.fixed && found != installed.values.end() &&
                !is_literally(setting.fallback, found->second)) {
                // As it would be written: a dollar sign does not start a reference.
                setting.fallback = Tree::scalar(replace_all(found->second, "$", "$$"), false,
                                                {installed.source, 0, 0});
            }
        }
    }
}

void check_fixed(const Settings& settings, const InstalledValues& installed,
                 Diagnostics& diagnostics) {
    const auto found = differences(settings, installed);
    const auto is_written = [](const Difference& one) { return is_operators(one.value->at()); };
    // A value that follows from one that the operator wrote is not an error of its own.
    const bool any_written = std::ranges::any_of(found, is_written);
    for (const auto& one : found) {
        if (!any_written || is_written(one)) {
            diagnostics.add(
                one.value->at(),
                "setting '" + one.name +
                    "' cannot change on an installed node: it was installed with " + one.installed +
                    ", not " + one.value->text(),
                "set it back, or start over with the new value: k8s-node-install redeploy, which "
                "first removes this node and its data from the machine");
        }
    }
}

} // namespace k8s_node
