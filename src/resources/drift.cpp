#include "resources/drift.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/generation_resource.hpp"
#include "resources/file_resource.hpp"
#include "resources/kernel_parameters.hpp"

namespace k8s_node {

namespace {

constexpr const char* generator_output = "/run/systemd/generator/";

/// True for the generator's link and for its target: systemd reports either.
bool is_our_place(const std::string& path) {
    return path.starts_with(generator_output) ||
           path.starts_with(std::string(paths::generations) + "/");
}

/// True for a drop-in of this very unit that we did not write. Those for all services (service.d)
/// are the machine's and do not count.
bool is_foreign_drop_in(const std::string& path, const std::string& unit) {
    return !path.starts_with(generator_output) &&
           path.find("/" + unit + ".d/") != std::string::npos;
}

void check_unit(const UnitState& unit, std::vector<Drift>& drift) {
    const auto add = [&](const std::string& what, Remedy remedy = Remedy::operator_) {
        drift.push_back({unit.name, what, remedy});
    };
    if (unit.load == "masked") {
        add("is masked: systemctl unmask " + unit.name);
    } else if (unit.is_loaded() && !is_our_place(unit.fragment_path)) {
        add("is overridden by " + unit.fragment_path);
    }
    for (const auto& path : unit.drop_in_paths) {
        if (is_foreign_drop_in(path, unit.name)) {
            add("has a drop-in that k8s-node-install did not write: " + path, Remedy::none);
        }
    }
}

void check_store(const Generation& current, const System& system, std::vector<Drift>& drift) {
    for (const auto& entry : current.manifest.store_entries) {
        const auto name = std::filesystem::path(entry).filename().string();
        for (const auto& problem : system.store.check_named(name)) {
            drift.push_back(
                {problem.path.empty() ? entry : entry + "/" + problem.path, problem.what});
        }
    }
}

/// No install can fix what another file overrides, so the report names that file.
void check_parameters(const Generation& current, const System& system, bool overridden,
                      std::vector<Drift>& drift) {
    for (auto& found : find_parameter_drift(parameter_files(current), system.root)) {
        if (found.overrider.empty() != overridden) {
            drift.push_back({"kernel parameter " + found.key, std::move(found.what),
                             overridden ? Remedy::operator_ : Remedy::install});
        }
    }
}

} // namespace

std::vector<Drift> find_overrides(const Generation& current, const System& system) {
    std::vector<Drift> drift;
    if (system.services != nullptr) {
        for (const auto& entry : current.manifest.units) {
            check_unit(system.services->unit_state(entry.name), drift);
        }
    }
    check_parameters(current, system, /*overridden=*/true, drift);
    return drift;
}

std::vector<Drift> find_drift(const Generation& current, int number, const System& system) {
    std::vector<Drift> drift;
    for (auto& line : edited_files(system.root, number, current)) {
        drift.push_back({"generation " + std::to_string(number), std::move(line)});
    }
    for (const auto& change : check_files(current, current, system)) {
        if (change.kind != ChangeKind::trigger) {
            drift.push_back({change.object, change.why});
        }
    }
    check_parameters(current, system, /*overridden=*/false, drift);
    check_store(current, system, drift);
    auto overrides = find_overrides(current, system);
    std::ranges::move(overrides, std::back_inserter(drift));
    return drift;
}

} // namespace k8s_node
