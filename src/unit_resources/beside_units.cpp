#include "unit_resources/beside_units.hpp"

#include <future>

#include "support/handle.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

/// Returns the first failure that counts; nullopt once `ended` is requested.
std::optional<UnitFailure> watch(const Generation& generation, System& system,
                                 const std::stop_token& ended,
                                 const std::function<bool()>& excused) {
    const auto units = unit_names(generation.manifest);
    for (;;) {
        auto found = system.services->watch_failures(units, ended);
        if (!found || !excused()) {
            return found;
        }
        report(system, Priority::notice, "units", found->job.job.unit, describe(*found));
    }
}

} // namespace

void wait_beside_units(const Generation& generation, System& system,
                       const std::function<void(const std::stop_token&)>& wait,
                       const std::function<bool()>& excused) {
    if (system.services == nullptr) {
        wait({});
        return;
    }
    std::stop_source ended;
    std::stop_source enough;
    auto waiting = std::async(std::launch::async, [&] {
        const ScopeExit end([&] { ended.request_stop(); });
        wait(enough.get_token());
    });
    const ScopeExit stop([&] { enough.request_stop(); }); // before the future's destructor waits
    if (auto found = watch(generation, system, ended.get_token(), excused)) {
        throw UnitError(std::move(*found));
    }
    waiting.get();
}

} // namespace k8s_node
