#include "resources/kernel_parameter_resource.hpp"

#include <cerrno>
#include <filesystem>

#include "resources/kernel_parameters.hpp"
#include "resources/triggers.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// True if this machine may not set the parameter: trying again would not help.
bool is_refusal(int error) {
    return error == EACCES || error == EPERM || error == EROFS || error == EINVAL;
}

void restore(const std::string& key, const std::string& before, Removal& removal) {
    const auto path = removal.root.at("/proc/sys") / replace_all(key, ".", "/");
    const auto now = read_file_if_exists(path);
    if (before.empty() || !now || trim(*now) == before) {
        return;
    }
    const int error = removal.host.set_parameter(path, before);
    if (error != 0 && !is_refusal(error)) {
        throw system_error(error, "restore kernel parameter " + key);
    }
    if (error != 0) {
        removal.events.report({Priority::warning,
                               "kernel parameter " + key + " stays at " + std::string(trim(*now)) +
                                   "; it was " + before,
                               {},
                               {}});
    }
}

/// Returns the parameters that another file sets after ours, or the others.
std::vector<Drift> drift_of(const Generation& generation, const Root& root, bool overridden) {
    std::vector<Drift> drift;
    for (auto& found : find_parameter_drift(parameter_files(generation), root)) {
        if (found.overrider.empty() == overridden) {
            continue;
        }
        Drift one{"kernel parameter " + found.key, std::move(found.what)};
        if (overridden) {
            one.remedy = Remedy::operator_;
        } else {
            one.mended_by = ChangeKind::trigger;
        }
        drift.push_back(std::move(one));
    }
    return drift;
}

class KernelParameterKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "kernel parameter"; }

    /// Adds a trigger for parameters that somebody set by hand; one that another file sets after
    /// ours would only be overridden again.
    void differ(Comparison& comparison, const System& system) const override {
        for (const auto& found :
             find_parameter_drift(parameter_files(comparison.next), system.root)) {
            const std::string how = sysctl_unit;
            if (found.overrider.empty() && can_trigger(how, system)) {
                comparison.changes.push_back(
                    {ChangeKind::trigger, how, found.key + " " + found.what, {}});
            }
        }
    }

    /// By the names of the parameters, which one trigger mends together.
    [[nodiscard]] std::vector<Drift> drift(const Generation& current, int /*number*/,
                                           const System& system) const override {
        return drift_of(current, system.root, /*overridden=*/false);
    }

    /// No install can fix what another file overrides, so the report names that file.
    [[nodiscard]] std::vector<Drift> overrides(const Generation& current,
                                               const System& system) const override {
        return drift_of(current, system.root, /*overridden=*/true);
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::restore_parameters) {
            return;
        }
        for (const auto& [key, before] : removal.scope.ledger.sysctls) {
            restore(key, before, removal);
        }
    }
};

} // namespace

const ResourceKind& kernel_parameter_kind() {
    static const KernelParameterKind kind;
    return kind;
}

} // namespace k8s_node
