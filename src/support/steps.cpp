#include "support/steps.hpp"

#include <algorithm>
#include <mutex>

namespace k8s_node {

namespace {

struct Notes {
    std::mutex mutex;
    std::vector<StepTime> steps;
};

Notes& notes() {
    static Notes of_this_process;
    return of_this_process;
}

} // namespace

StepClock::time_point run_began() noexcept {
    static const auto began = StepClock::now();
    return began;
}

void note_step(std::string_view phase, std::string_view object, StepClock::time_point begin,
               StepClock::time_point end) noexcept {
    try {
        const std::lock_guard lock(notes().mutex);
        notes().steps.push_back({std::string(phase), std::string(object), begin, end});
    } catch (const std::exception&) {
        return; // the work goes on without the record of this step
    }
}

std::vector<StepTime> noted_steps() {
    std::vector<StepTime> steps;
    {
        const std::lock_guard lock(notes().mutex);
        steps = notes().steps;
    }
    // Longer steps come first: a phase before its parts.
    std::ranges::stable_sort(steps, [](const auto& a, const auto& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    return steps;
}

} // namespace k8s_node
