// The cluster objects of a change, applied while its units still start.
#pragma once

#include <future>
#include <stop_token>

#include "generations/system.hpp"
#include "plan/plan.hpp"

namespace k8s_node {

/// Applies the objects of a plan as soon as the API server takes them: a unit may be ready only
/// once they are there, as one whose identity gets its rights from them. Attempts that fail are
/// repeated until it is told to end; a last one after the units is the caller's, and only that one
/// is reported. `next` must outlive it.
class EarlyObjects {
public:
    EarlyObjects(const Plan& plan, const Generation& next, const System& system);
    EarlyObjects(const EarlyObjects&) = delete;
    EarlyObjects& operator=(const EarlyObjects&) = delete;
    EarlyObjects(EarlyObjects&&) = delete;
    EarlyObjects& operator=(EarlyObjects&&) = delete;
    ~EarlyObjects() { stop_.request_stop(); }

    /// Ends the attempts. True if one has applied all objects.
    [[nodiscard]] bool finish();

private:
    std::stop_source stop_;
    std::future<bool> done_; ///< last member: its destructor waits for the thread
};

} // namespace k8s_node
