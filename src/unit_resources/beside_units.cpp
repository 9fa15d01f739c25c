#include "unit_resources/beside_units.hpp"

#include "loop/background.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

/// Throws the first failure that counts.
[[noreturn]] void watch(const Generation& generation, System& system,
                        const std::function<bool()>& excused) {
    const auto units = unit_names(generation.manifest);
    for (;;) {
        auto found = system.services->watch_failures(units);
        if (!excused()) {
            throw UnitError(std::move(found));
        }
        report(system, Priority::notice, "units", found.job.job.unit, describe(found));
    }
}

} // namespace

void wait_beside_units(const Generation& generation, System& system,
                       const std::function<void()>& wait, const std::function<bool()>& excused) {
    if (system.services == nullptr) {
        wait();
        return;
    }
    Background waiting(system.loop, wait);
    Background watching(system.loop, [&] { watch(generation, system, excused); });
    system.loop.run_until([&] { return waiting.has_ended() || watching.has_ended(); });
    (watching.has_ended() ? watching : waiting).finish();
}

} // namespace k8s_node
